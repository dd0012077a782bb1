"""Files that need nothing of Python: handlers for MSW, types, a verifier of signatures, and collections of requests."""
