"""Host names."""

from __future__ import annotations

from ipaddress import ip_address


def hostname(host: str) -> str:
    """Return a Host header without its port and its brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def is_loopback(name: str) -> bool:
    """Return whether *name* means this machine and cannot be reached from another one."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
