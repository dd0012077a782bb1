"""The planned requests: what they carry, in which order, and what they would prove."""
