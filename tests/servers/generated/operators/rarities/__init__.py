"""Faults that operators generated before were measured by: odd readings, as strangers may write them."""
