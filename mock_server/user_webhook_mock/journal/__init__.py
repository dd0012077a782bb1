"""The latest requests with their responses, and who is notified of them."""
