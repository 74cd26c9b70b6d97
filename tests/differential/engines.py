"""Judge and script, on the same bytes: deliver mail to a real server, read it back, compare.

    with PigeonholeHost(users=users_for(40)) as host:
        results = Lab(host).compare(sides, letters, today)

A *side* is one policy: its script is the active one of some mailboxes, its judge sees each message
as the server stored it, with all that the server added. Each message carries `X-Parity-Id`, so
that it is found in whatever folder it ended. One message is handed over once for all sides.

A mailbox of Cyrus holds 128 keywords and forgets those that come later, without a word; so the
messages of a side are dealt to several mailboxes, like to like, by what the judge expects.
"""

from __future__ import annotations

import itertools
import re
import smtplib
import threading
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final
from unittest.mock import patch

from coldstop.demo.root import Root, given_root
from coldstop.demo.servers import old_dovecot
from coldstop.message.model import Envelope
from coldstop.message.reader import read
from coldstop.places.sides import brief
from coldstop.policy import model
from coldstop.scorecard.judge import weigh
from coldstop.scorecard.resolve import resolve
from coldstop.scorecard.standing import UNKNOWN
from coldstop.scorecard.tests import place
from coldstop.sieve.compile import compile_policy
from coldstop.sieve.lower.place import largest
from coldstop.sieve.preview import WholeText, dropped
from coldstop.sieve.targets import Target, load_target
from differential.outcome import Outcome, differences
from support.judging import TODAY
from support.sievehosts import CyrusHost, DovecotHost

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from coldstop.policy.effective import Policy
    from coldstop.policy.model import Reader
    from coldstop.scorecard.resolve import Scorecard
    from support.sievehosts import SieveHost, Stored

DOMAIN: Final = "mail.test"
OWN_HOPS: Final = 2
"""`Received` fields of our own: the LMTP server's, and that of the mail server before it."""
KEYWORDS: Final = 80
"""Expected keywords of one Cyrus folder; 128 fit, the rest is for what nobody expected."""
NEVER: Final = model.Not.model_validate(
    {"not": {"any": [{"header": "From"}, {"not": {"header": "From"}}]}}
)
"""A condition that no message meets; other rules may still ask about a rule that has it."""
_ID: Final = re.compile(rb"^X-Parity-Id: (\d+) (\d+)\r?$", re.MULTILINE)
_RUNS: Final = itertools.count()


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to send."""

    name: str
    """Where it is from: a file, or a seed."""
    raw: bytes
    sender: str = "someone@sender.example"
    """For MAIL FROM; "" for the null sender."""


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One policy in both worlds."""

    name: str
    card: Scorecard
    """The judge's: the policy, but for rules that the script leaves out."""
    script: str
    """The same policy, compiled."""
    target: Target
    traced: bool = True
    """Whether the script says how it came to its verdict; only the folder tells otherwise."""

    @classmethod
    def of(
        cls, policy: Policy, target: Target, *, traced: bool = True, trimmed: bool = False
    ) -> Side:
        """Compile a policy for a target, and let the judge leave out what the script leaves out.

        `trimmed`: with rules left out until it fits; towns are too, so no policy with a commute.
        """
        compiled = compile_policy(policy, target, trace=traced, trim=trimmed, today=TODAY)
        gone = dropped(compiled)
        rules = {
            name: rule.model_copy(update={"when": NEVER}) if name in gone else rule
            for name, rule in policy.rules.items()
        }
        with _towns_for(target):
            card = resolve(replace(policy, rules=rules))
        return cls(policy.name, card, compiled.text, target, traced)

    def judge(self, raw: bytes, sender: str, today: dt.date) -> tuple[Outcome, tuple[str, ...]]:
        """Give the outcome as a script must have it, and the defects."""
        message = read(raw, Envelope(sender=sender, own_hops=OWN_HOPS))
        facts = WholeText(message, self.card.matcher, self.card.trusted, UNKNOWN, today)
        judgement = weigh(facts, self.card)
        file_folder = self.card.policy.folders.file or ""
        return Outcome.of_judgement(judgement, file_folder), judgement.defects


def _towns_for(target: Target) -> AbstractContextManager[object]:
    """Let policies be resolved with the towns that a target has room for (its loss report)."""
    every = place.sides

    def fewer(reader: Reader) -> place.Sides:
        known = every(reader)
        return place.Sides(known.near, tuple(map(brief, largest(known.far, 0))))

    return patch.object(place, "sides", fewer) if target.places == "near" else nullcontext()


@dataclass(frozen=True, slots=True)
class Result:
    """One message under one policy."""

    side: Side
    letter: Letter
    judge: Outcome | None
    script: Outcome | None
    """None where the server took the message but it is in no folder."""
    defects: tuple[str, ...] = ()
    refused: str = ""
    """The server's words, where it did not take the message."""
    stored: bytes = field(default=b"", repr=False)

    @property
    def difference(self) -> str:
        """What judge and script do not agree on; empty where they agree."""
        if self.judge is None or self.script is None:
            return "" if self.refused else "lost"
        return differences(self.judge, self.script, traced=self.side.traced)

    @property
    def equal(self) -> bool:
        """Both say the same, to the last point."""
        return not self.refused and not self.difference


def target_for(name: str, *, roomy: bool = False) -> Target:
    """Give a shipped target without its bound on the script's size, which the trace would break.

    `roomy`: with room for everything else, too, so that nothing of a policy is lost.
    """
    target = load_target(name)
    target = target.model_copy(
        update={"limits": target.limits.model_copy(update={"script_bytes": None})}
    )
    if roomy:
        target = target.model_copy(
            update={"places": "all", "letters": "brackets", "compact": False}
        )
    return target


def users_for(count: int) -> dict[str, str]:
    """Name some mailboxes, with their passwords."""
    return {f"m{number:03d}": f"pw-{number}" for number in range(count)}


_NEW_SDBOX: Final = "mail_driver = sdbox\nmail_path = ~/sdbox\n"


class PigeonholeHost(DovecotHost):
    """Dovecot with room for every keyword and folder that a trace may have."""

    def _spawn(self, command: Sequence[str], **options: object) -> None:
        with (self.folder / "dovecot.conf").open("a", encoding="utf-8") as file:
            old = old_dovecot(self.root)
            file.write(
                ("mail_location = sdbox:~/sdbox\n" if old else _NEW_SDBOX)
                + "mail_max_keyword_length = 200\n"
                "mail_max_userip_connections = 100\n"
                "lmtp_add_received_header = yes\n"
            )
        super()._spawn(command, **options)


def host_for(engine: str, mailboxes: int = 40, root: Root | None = None) -> SieveHost:
    """Make a host of an engine, not started, with so many mailboxes; its programs in `root`."""
    host = PigeonholeHost if engine == "pigeonhole" else CyrusHost
    return host(users=users_for(mailboxes), root=given_root() if root is None else root)


@dataclass(frozen=True, slots=True)
class _Mailbox:
    user: str
    side: Side
    letters: frozenset[int]


class Lab:
    """A running host, and those of its mailboxes that no comparison has used."""

    def __init__(self, host: SieveHost) -> None:
        self.host = host
        self._free = iter(host.users)  # never used again: Cyrus keeps the keywords of old mail

    def compare(
        self,
        sides: Sequence[Side],
        letters: Sequence[Letter],
        today: dt.date,
        *,
        connections: int = 1,
    ) -> list[Result]:
        """Deliver every letter under every policy, and compare."""
        mailboxes = [
            _Mailbox(next(self._free), side, hand)
            for side in sides
            for hand in self._deal(side, letters, today)
        ]
        for mailbox in mailboxes:
            self.host.activate(mailbox.user, mailbox.side.script)
        run = next(_RUNS)
        refusals = _deliver(self.host, mailboxes, letters, run, connections)
        results = []
        for mailbox in mailboxes:
            found = {
                number: (folder, stored)
                for folder, every in self.host.stored(mailbox.user).items()
                for stored in every
                for number in _ids(stored.raw, run)
            }
            for number in sorted(mailbox.letters):
                refused = refusals.get((mailbox.user, number), "")
                results.append(_result(mailbox, letters[number], found.get(number), refused, today))
        return results

    def _deal(
        self, side: Side, letters: Sequence[Letter], today: dt.date
    ) -> Iterator[frozenset[int]]:
        """Deal letters to mailboxes so that no folder of Cyrus gets too many keywords."""
        if not isinstance(self.host, CyrusHost):
            yield frozenset(range(len(letters)))
            return
        expected = [side.judge(one.raw, one.sender, today)[0] for one in letters]
        order = sorted(range(len(letters)), key=lambda number: _likeness(expected[number]))
        yield from map(frozenset, _hands(order, expected))


def _ids(raw: bytes, run: int) -> Iterator[int]:
    found = _ID.search(raw)
    if found is not None and int(found[1]) == run:
        yield int(found[2])


def _result(
    mailbox: _Mailbox,
    letter: Letter,
    found: tuple[str, Stored] | None,
    refused: str,
    today: dt.date,
) -> Result:
    if found is None:
        return Result(mailbox.side, letter, None, None, (), refused)
    folder, stored = found
    judged, defects = mailbox.side.judge(stored.raw, letter.sender, today)
    script = Outcome.of_trace(stored.flags, folder)
    return Result(mailbox.side, letter, judged, script, defects, refused, stored.raw)


def _likeness(outcome: Outcome) -> tuple[int, int, int, list[str]]:
    return outcome.pitch, outcome.objections, outcome.credits, sorted(outcome.rules)


def _hands(order: Iterable[int], expected: Sequence[Outcome]) -> Iterator[list[int]]:
    hand: list[int] = []
    used: dict[str, set[str]] = {}
    for number in order:
        outcome = expected[number]
        more = used.get(outcome.folder, set()) | outcome.keywords()
        if len(more) > KEYWORDS:
            yield hand
            hand, used, more = [], {}, set(outcome.keywords())
        used[outcome.folder] = more
        hand.append(number)
    if hand:
        yield hand


def _deliver(
    host: SieveHost,
    mailboxes: Sequence[_Mailbox],
    letters: Sequence[Letter],
    run: int,
    connections: int,
) -> dict[tuple[str, int], str]:
    """Hand every letter over once for all its mailboxes; say what was refused, and why."""
    refusals: dict[tuple[str, int], str] = {}
    failed: list[BaseException] = []

    def work(share: Sequence[int]) -> None:
        try:
            with _Lmtp(str(host.lmtp_socket)) as client:
                for number in share:
                    users = [one.user for one in mailboxes if number in one.letters]
                    mark = b"X-Parity-Id: %d %d\r\n" % (run, number)
                    replies = client.hand_over(mark, letters[number], users)
                    for user, reply in zip(users, replies, strict=True):
                        if reply:
                            refusals[user, number] = reply
        except BaseException as error:  # noqa: BLE001 - raised again below, in the caller's thread
            failed.append(error)

    numbers = range(len(letters))
    threads = [
        threading.Thread(target=work, args=(numbers[start::connections],))
        for start in range(connections)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return refusals


class _Lmtp(smtplib.LMTP):
    """LMTP with one reply for each recipient (RFC 2033 §4.2), which smtplib does not read."""

    def __init__(self, socket_path: str) -> None:
        super().__init__(socket_path)
        self.ehlo("client.test")

    def hand_over(self, mark: bytes, letter: Letter, users: Sequence[str]) -> list[str]:
        """Send one letter to some users; "" for each that has it, else why not."""
        code, text = self.mail(letter.sender)
        if code >= 400:
            self.rset()
            return [text.decode("utf-8", "replace")] * len(users)
        for user in users:
            code, text = self.rcpt(f"{user}@{DOMAIN}")
            if code >= 400:
                raise RuntimeError(f"{user}: {code} {text!r}")
        raw = mark + re.sub(rb"(?<!\r)\n", b"\r\n", letter.raw)
        self.putcmd("data")
        code, text = self.getreply()
        if code != 354:
            self.rset()
            return [text.decode("utf-8", "replace")] * len(users)
        raw = re.sub(rb"(?m)^\.", b"..", raw)
        if not raw.endswith(b"\r\n"):
            raw += b"\r\n"
        self.send(raw + b".\r\n")
        replies = [self.getreply() for _ in users]
        return ["" if code < 400 else text.decode("utf-8", "replace") for code, text in replies]
