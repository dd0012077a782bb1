"""Deliveries: the mock calls the urls of its webhooks, as the provider does."""
