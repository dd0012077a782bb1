"""Operators that fall over a form of the request."""
