"""A folder of mail through a live account: where each comes out, against what the judge says.

Each message goes in as a canary does (`canary`), with a word of this run on top, and is looked for
by that. It is judged as it was delivered, for that is what the script saw; what the way in changed
(a field that was removed, say) is told apart from what the script did. At the end all of it is
deleted again, by UID, also if the run is broken off.

Fails (PublishError) as a canary does; a single message that is refused or does not come is a
result, not a failure.
"""

from __future__ import annotations

import imaplib
import re
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from coldstop.message.reader import read
from coldstop.policy.folders import INBOX, PLAIN, FolderError
from coldstop.policy.words import Verdict
from coldstop.publish.canary import (
    FIELD,
    flags_of,
    hand_over,
    lines,
    outbox,
    places,
    remove,
)
from coldstop.publish.errors import Code, PublishError
from coldstop.publish.mailbox import opened
from coldstop.publish.namespace import ask
from coldstop.scorecard.judge import judge
from coldstop.sieve.ladder import folder_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from coldstop.policy.folders import Naming
    from coldstop.publish.canary import Route
    from coldstop.scorecard.judgement import Judgement
    from coldstop.scorecard.resolve import Scorecard

A_SESSION: Final = 50
"""Messages of one SMTP session; servers bound them."""
_PAUSE: Final = 1.0
_SETTLE: Final = 3.0
"""Seconds that what shall not arrive is waited for, once all the rest is there."""
_MESSAGE_ID: Final = re.compile(
    rb"^(Message-ID:[ \t]*(?:\r?\n[ \t]+)?<)", re.IGNORECASE | re.MULTILINE
)
_VERDICT: Final = "$coldstop-verdict-"
_TAG: Final = "$coldstop-tag"


@dataclass(frozen=True, slots=True)
class Sample:
    """A message to send."""

    name: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message."""

    name: str
    judge: Judgement
    """What the judge says of it, as it was delivered."""
    before: Judgement
    """What the judge says of the file."""
    folder: str = ""
    """Where it lies, as the server writes it; "" if it did not arrive."""
    flags: tuple[str, ...] = ()
    refused: str = ""
    """What the SMTP server said; "" if it took the message."""
    expected: str = ""
    """The server's name of the folder that the judge's verdict means; "" if it shall not arrive."""

    @property
    def verdict(self) -> str:
        """The script's verdict, where it left one (`--trace`)."""
        found = [one[len(_VERDICT) :] for one in self.flags if one.lower().startswith(_VERDICT)]
        return found[0].lower() if found else ""

    @property
    def same(self) -> bool:
        """Whether the account did as the judge says."""
        wanted = self.judge.verdict
        if self.refused or not self.folder:
            return not self.expected or (wanted is Verdict.REJECT and bool(self.refused))
        if self.verdict and self.verdict != wanted.value:
            return False
        if wanted is Verdict.KEEP and self.verdict:
            return True  # the reader's own script may file it
        tagged = _TAG in {flag.lower() for flag in self.flags}
        return self.folder == self.expected and tagged == (wanted is Verdict.TAG)

    @property
    def changed(self) -> bool:
        """Whether the way in made another judgement of it."""
        one, other = self.before, self.judge
        return (one.verdict, one.folder) != (other.verdict, other.folder)


@dataclass(frozen=True, slots=True)
class Flight:
    """What became of all of them."""

    outcomes: tuple[Outcome, ...]
    deleted: int
    left: tuple[str, ...]
    """Why something is still there, a line each."""


def fly_all(
    route: Route,
    password: str,
    samples: Sequence[Sample],
    card: Scorecard,
    *,
    today: dt.date,
    seconds: float = 60.0,
    keep: bool = False,
    built: Naming | None = None,
) -> Flight:
    """Send every sample, wait until they are found, compare, and delete them again."""
    word = "coldstop" + secrets.token_hex(12)
    judged = [judge(read(sample.raw), card, today=today) for sample in samples]
    with opened(route.door, password) as box:
        naming = ask(box) or built or PLAIN
        deleted = 0
        left: tuple[str, ...] = ()
        try:
            refused = _send_all(route, password, samples, word)
            waiting = [number for number in range(len(samples)) if number not in refused]
            found = _await(box, word, waiting, judged, seconds)
        except BaseException:
            time.sleep(_SETTLE)  # what was taken before is on its way, and shall be deleted, too
            raise
        finally:
            if not keep:
                deleted, left = _sweep(box, word)
    outcomes = []
    for number, (sample, before) in enumerate(zip(samples, judged, strict=True)):
        if number not in found:
            outcomes.append(
                Outcome(
                    sample.name,
                    before,
                    before,
                    refused=refused.get(number, ""),
                    expected=_expected(before, card, naming),
                )
            )
            continue
        folder, flags, raw = found[number]
        after = judge(read(raw), card, today=today)
        outcomes.append(
            Outcome(
                sample.name,
                after,
                before,
                folder,
                flags,
                expected=_expected(after, card, naming),
            )
        )
    return Flight(tuple(outcomes), deleted, left)


def marked(raw: bytes, word: str, number: int) -> bytes:
    """A message with its word on top, and a Message-ID that no host has seen before.

    Hosts that suppress duplicates would drop it in a second run. What rules ask of a Message-ID is
    its host, which stays.
    """
    name = f"{word}.{number:06}".encode()
    raw = re.sub(rb"\AFrom [^\n]*\n", b"", raw)
    end = re.search(rb"\r?\n\r?\n", raw)
    head = raw[: end.start()] if end else raw
    head = _MESSAGE_ID.sub(lambda found: found[1] + name + b".", head, count=1)
    return lines(
        FIELD.encode() + b": " + name + b"\n" + head + (raw[end.start() :] if end else b"")
    )


def _send_all(route: Route, password: str, samples: Sequence[Sample], word: str) -> dict[int, str]:
    """Hand them over; what the server did not take, with its words."""
    refused: dict[int, str] = {}
    for start in range(0, len(samples), A_SESSION):
        with outbox(route, password) as client:
            for number, sample in enumerate(samples[start : start + A_SESSION], start):
                try:
                    hand_over(client, route, marked(sample.raw, word, number))
                except PublishError as error:
                    if error.code is not Code.REFUSED:
                        raise
                    refused[number] = error.message
    return refused


def _await(
    box: imaplib.IMAP4,
    word: str,
    waiting: Sequence[int],
    judged: Sequence[Judgement],
    seconds: float,
) -> dict[int, tuple[str, tuple[str, ...], bytes]]:
    """Look until all that shall come is there, or the time is over."""
    gone = {Verdict.DISCARD, Verdict.REJECT}
    must = sum(judged[number].verdict not in gone for number in waiting)
    started = time.monotonic()
    settled: float | None = None
    while True:
        count = sum(len(uids) for _, uids in places(box, word))
        now = time.monotonic()
        if count >= must and settled is None:
            settled = now
        done = count >= len(waiting) or (settled is not None and now - settled > _SETTLE)
        if done or now - started > seconds:
            return dict(_found(box, word))
        time.sleep(_PAUSE)


def _found(
    box: imaplib.IMAP4, word: str
) -> Iterator[tuple[int, tuple[str, tuple[str, ...], bytes]]]:
    field = re.compile(rb"^" + FIELD.encode() + rb": [a-z0-9]+\.([0-9]{6})", re.MULTILINE)
    for folder, uids in places(box, word):
        for uid in uids:
            _, rows = box.uid("FETCH", uid, "(BODY.PEEK[])")
            raw = next((row[1] for row in rows if isinstance(row, tuple)), b"")
            number = field.search(raw)
            if number is not None:
                yield int(number[1]), (folder.shown, flags_of(box, uid), raw)


def _sweep(box: imaplib.IMAP4, word: str) -> tuple[int, tuple[str, ...]]:
    """Delete all of a run; how many, and why some are still there."""
    deleted = 0
    left: dict[str, None] = {}
    try:
        for folder, uids in list(places(box, word)):
            for uid in uids:
                why = remove(box, folder, uid)
                deleted += not why
                if why:
                    left[f"{folder.shown}: {why}"] = None
    except (imaplib.IMAP4.error, OSError):
        left[f"the mailbox broke off; what has {FIELD}: {word} can be deleted"] = None
    return deleted, tuple(left)


def _expected(judgement: Judgement, card: Scorecard, naming: Naming) -> str:
    """The server's name of the folder that a verdict means; a script files what is rejected."""
    folder = judgement.folder
    rejects = card.policy.reply.sieve == "reject"
    if judgement.verdict is Verdict.DISCARD or (judgement.verdict is Verdict.REJECT and rejects):
        return ""
    if judgement.verdict is Verdict.REJECT:
        folder = folder or folder_of(Verdict.FILE, card.policy)
    if not folder:
        return INBOX
    try:
        return naming.of(folder)
    except FolderError:
        return folder
