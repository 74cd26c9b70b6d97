"""Every limit of the milter, in one place.

A message that passes a limit is never refused for it: what is beyond the limit is not looked at,
the message is marked as cut, and it is judged by what was read.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what one message, one start or one stop may cost."""

    headers: int = 1_000
    """Header fields kept for one message."""

    header_bytes: int = 256 * 1024
    """Bytes of header names and values kept for one message."""

    body_bytes: int = 1024 * 1024
    """Bytes of body kept for one message; the rest is counted, not kept."""

    recipients: int = 1_000
    """Recipients kept for one message; with more of them no verdict is written or acted on."""

    judgements: int = 32
    """Different judgements made for one message; with more policies than that none is made."""

    forged: int = 1_000
    """Forged result headers removed one by one. A message that carries more of them is refused
    (but in observe): no honest sender writes one, and removing n of them costs Postfix n squared
    (0.15 s for 1,000, 0.4 s for 2,000)."""

    header_line: int = 76
    """Where our own header lines are folded, in characters."""

    header_word: int = 900
    """Longest run without a space that we write into a header (RFC 5322 §2.1.1 allows 998)."""

    rules_shown: int = 40
    """Fired rules named in X-Coldstop-Rules."""

    reply: int = 400
    """Characters of the SMTP reply to a rejected message."""

    log_value: int = 200
    """Characters of one value in the log."""

    config_bytes: int = 1024 * 1024
    """Size of the daemon's own configuration file."""

    own_hops: int = 20
    """Received fields of our own; with more of them something is a loop."""

    workers: int = 64
    """Worker processes."""

    drain_seconds: float = 3.0
    """After SIGTERM: how long a worker waits for the messages in its hands."""

    stop_seconds: float = 6.0
    """After SIGTERM: when the parent kills workers that have not gone."""

    steady_seconds: float = 1.0
    """A worker that lived this long is restarted at once when it dies."""

    backoff_seconds: tuple[float, ...] = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
    """Pauses before restarting workers that die young, one after the other."""


LIMITS = Limits()
