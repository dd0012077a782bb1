"""The contract, running: routing, security, validation and the handler, and what is recorded of each request."""
