"""Generated requests: coverage of the schema, fuzzing, shrinking and stateful sequences."""
