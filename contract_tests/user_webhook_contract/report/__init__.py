"""What a run found, for each of its readers."""
