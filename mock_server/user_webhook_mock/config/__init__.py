"""What can be set before the mock starts: settings, choices and seed files."""
