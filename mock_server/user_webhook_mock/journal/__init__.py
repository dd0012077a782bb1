"""The latest requests with their responses, and who is told of them."""
