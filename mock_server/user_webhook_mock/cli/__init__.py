"""The command line of the mock: its options, what they mean, and the banner."""
