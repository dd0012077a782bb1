"""Operators whose deviations are wide enough to be met in one context only."""
