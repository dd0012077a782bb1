"""The command line of the suite and the commands that read reports."""
