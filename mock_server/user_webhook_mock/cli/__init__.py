"""The command line of the mock: its help, what it means, and the banner."""
