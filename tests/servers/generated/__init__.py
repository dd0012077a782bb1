"""A population of faults that operators make over a reference server, each with a request that shows it."""

from .population import Fault, by_name, half_of, population, registered

__all__ = ["Fault", "by_name", "half_of", "population", "registered"]
