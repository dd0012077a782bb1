"""The one metered HTTP client."""
