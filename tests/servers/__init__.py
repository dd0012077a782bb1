"""Servers that the suite is tried on."""
