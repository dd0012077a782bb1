"""The control API: what a test or a person changes and reads while the mock serves. It is no part of the contract."""
