"""The servers of the demonstration, for tests (`coldstop.demo.servers` holds them)."""

from __future__ import annotations

from coldstop.demo.servers import (
    DOMAIN,
    Chain,
    Dovecot,
    Milter,
    Postfix,
    ServerError,
    chain,
    free_port,
    short_folder,
    until,
)

__all__ = [
    "DOMAIN",
    "Chain",
    "Dovecot",
    "Milter",
    "Postfix",
    "ServerError",
    "chain",
    "free_port",
    "short_folder",
    "until",
]
