"""Operators that were written without sight of any plan: those that their names choose are only measured."""
