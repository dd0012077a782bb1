"""Compares a response with what the documents say, and with all responses before it."""
