"""The control API: what a test or a person reads and changes while the mock serves."""
