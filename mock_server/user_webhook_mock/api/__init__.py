"""The contract, running: routing, security, validation and the handler, with the log of what they decide."""
