"""Operators on what is stored."""
