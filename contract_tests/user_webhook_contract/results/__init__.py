"""What a run has found: verdicts, observations, kept exchanges, waivers, and redaction."""
