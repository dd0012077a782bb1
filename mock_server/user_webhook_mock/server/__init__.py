"""Serves the application: sockets, connections, TLS, worker processes, and reloading."""
