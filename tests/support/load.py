"""A steady load of numbered messages through a real Postfix, and the account of them."""

from __future__ import annotations

import itertools
import re
import smtplib
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from support.mta import until
from support.policies import message

if TYPE_CHECKING:
    from support.mta import Chain

_ID = re.compile(rb"^Message-ID: <(\d+)@sender\.test>", re.MULTILINE | re.IGNORECASE)


@dataclass
class Load:
    """Clients that send as fast as they are answered, while the `with` block lasts."""

    servers: Chain
    clients: int = 4
    want: str = "tag"
    accepted: set[int] = field(default_factory=set)
    refused: Counter[int] = field(default_factory=Counter)
    """Replies that were no success, by code; 0 for a connection that broke."""
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._threads = [threading.Thread(target=self._send) for _ in range(self.clients)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(60)

    def _send(self) -> None:
        while not self._stop.is_set():
            number = next(self._numbers)
            try:
                code, _ = self.servers.send(
                    "someone@sender.test", ["alice@mail.test"], message(self.want, number=number)
                )
            except (OSError, smtplib.SMTPException):
                code = 0
            if code == 250:
                self.accepted.add(number)
            else:
                self.refused[code] += 1

    def delivered(self) -> list[bytes]:
        """Wait until the queue is empty and give everything that arrived."""
        until(lambda: not self.servers.postfix.queued(), "an empty queue", 30)
        return self.servers.dovecot.messages("alice")

    def account(self) -> tuple[set[int], set[int], int, list[bytes]]:
        """Count: the lost, those that came twice, how many came unjudged; and all that came."""
        found = self.delivered()
        numbers = Counter(int(match[1]) for raw in found if (match := _ID.search(raw)) is not None)
        lost = self.accepted - set(numbers)
        twice = {number for number, count in numbers.items() if count > 1}
        unjudged = sum(b"\nX-Coldstop-Verdict: " + self.want.encode() not in raw for raw in found)
        return lost, twice, unjudged, found
