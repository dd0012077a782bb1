"""Operators on who asks, and for which webhook."""
