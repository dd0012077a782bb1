"""Serves one faulty server in the foreground, for `make faulty-server`."""

from __future__ import annotations

from servers.faulty.serve import main

main()
