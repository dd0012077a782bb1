"""What can be set before the mock starts: options, settings, choices and seed files."""
