"""The pages of the mock: its console and the reference of the API."""
