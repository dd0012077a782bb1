"""Operators on the rules of the body: what passes that must not, and what does not that must."""
