"""Operators of odd readings: what the suite was measured by before those that are held back now."""
