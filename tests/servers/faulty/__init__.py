"""Servers that are right in everything but one fault each: the proof that the gate bites."""

from .catalogue import FAULTS, OPEN
from .fault import Fault
from .serve import FaultyServers
from .server import Server

__all__ = ["FAULTS", "OPEN", "Fault", "FaultyServers", "Server"]
