"""Operators that no plan of the suite was tuned on: their faults are the untuned half."""
