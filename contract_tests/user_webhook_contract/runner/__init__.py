"""Carries a run out: checks first, requests, putting the webhooks back, and pytest."""
