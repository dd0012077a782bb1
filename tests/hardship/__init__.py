"""What users' machines and other people's servers do to the kit: too slow for make test, and bounded: make hardship."""
