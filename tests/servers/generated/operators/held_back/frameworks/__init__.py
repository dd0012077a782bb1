"""Operators on what frameworks and libraries do by default, or when they are used in haste."""
