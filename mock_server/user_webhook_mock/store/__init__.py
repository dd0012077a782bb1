"""The webhooks, in memory, in SQLite or in Redis."""
