"""Says of a request alone whether it must be accepted, must be refused, or is left open."""
