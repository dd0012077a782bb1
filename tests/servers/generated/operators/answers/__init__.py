"""Operators on answers: status, messages, bodies, encoding."""
