"""Faults, delays, and the responses that a request or the control API asks for."""
