"""Where the webhooks are kept, and what an update does to them."""
