"""Deliveries: the mock calls the urls of its webhooks back, as the provider does."""
