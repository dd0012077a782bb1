"""Load, hostile traffic and kills against a running mock."""
