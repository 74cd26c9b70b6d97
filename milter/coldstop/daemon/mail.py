"""One message as it arrives, and what the sessions of a worker share."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from coldstop.daemon.headers import Forged

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from coldstop.daemon.log import Log
    from coldstop.daemon.reload import Snapshot
    from coldstop.policy.recipient import Recipient


class Addressee(NamedTuple):
    """One recipient that is ours, as given and in the form that finds the policy."""

    given: str
    parameters: str
    key: Recipient


class Mail:
    """One message as it arrives."""

    __slots__ = (
        "body",
        "body_bytes",
        "cut",
        "exempt",
        "failed",
        "field_bytes",
        "fields",
        "forged",
        "outside",
        "recipients",
        "sender",
        "snapshot",
        "vital",
    )

    def __init__(self, snapshot: Snapshot, sender: str, exempt: str) -> None:
        self.snapshot = snapshot
        self.sender = sender
        self.exempt = exempt
        """Why this mail is not judged (the word for the log), or ""."""
        self.recipients: dict[str, Addressee] = {}  # by the bare address, as spelled
        self.outside = 0
        """Recipients outside our own domains: not judged, not rewritten, not counted."""
        self.fields: list[tuple[bytes, bytes]] = []
        self.field_bytes = 0
        self.vital: Counter[bytes] = Counter()
        """Fields kept beyond the limits, by name: how to read the rest, and who wrote it."""
        self.forged = Forged()
        self.body: list[bytes] = []
        self.body_bytes = 0
        self.cut = False
        self.failed = False


class Runtime:
    """What the sessions of one worker share. `snapshot` is replaced as a whole by a reload."""

    def __init__(self, snapshot: Snapshot, log: Log, today: Callable[[], dt.date]) -> None:
        self.snapshot = snapshot
        self.log = log
        self.today = today
        self.active: set[object] = set()
        """Sessions with a message in hand; `set.add` and `discard` are atomic."""
