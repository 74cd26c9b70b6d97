"""The demonstration: samples over SMTP through the milter into a mailbox, read back over IMAP.

The servers are private: their own folders, their own ports on loopback, their own processes, gone
afterwards however it ends (Ctrl-C, SIGTERM and a closed terminal included). The milter runs as in
production: a parent with a forked worker on a unix socket, in mode `enforce`, and Dovecot files by
the shipped Sieve script.

A mail is as promised if it lies exactly once in the mailbox, in the folder that its verdict names,
and carries just those headers that judging the same bytes here gives (so the milter and the
command line agree); a rejected one if SMTP said 5xx and it lies nowhere.

Raises ServerError where a server does not come up, Stopped where somebody ended it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import select
import signal
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coldstop.daemon.config import load_config
from coldstop.daemon.headers import PREFIX
from coldstop.daemon.reload import load_snapshot
from coldstop.demo.result import Result, comparable
from coldstop.demo.samples import AUTHSERV, Sample, samples
from coldstop.demo.servers import DOMAIN, HOST, Chain, Dovecot, Milter, Postfix, ServerError, until
from coldstop.demo.table import console, show
from coldstop.message.model import Envelope
from coldstop.message.reader import read
from coldstop.policy.model import Verdict
from coldstop.resources import shipped
from coldstop.scorecard.explain import explain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import FrameType

    from rich.console import Console

    from coldstop.scorecard.resolve import Scorecard

USER: Final = "ray"
PASSWORD: Final = "no-cold-calls"  # noqa: S105 - of a mailbox that lives for seconds, on loopback
RECIPIENT: Final = f"{USER}@{DOMAIN}"
_ARRIVAL_SECONDS: Final = 20.0
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody ended the demonstration; `code` is the exit code that tells by which signal."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.code = 128 + number


def run(policy: str, *, keep: bool = False) -> bool:
    """Run the whole demonstration and print it; whether every mail was where it should be."""
    out = console()
    began = time.monotonic()
    with _stoppable(), servers(policy) as chain:
        out.print(
            f"Postfix on {HOST}:{chain.postfix.smtp_port}, Dovecot (IMAP) on "
            f"{HOST}:{chain.dovecot.imap_port}, the milter on {chain.milter.socket_path}",
            style="dim",
        )
        results = judge_and_send(chain, samples())
        show(out, results)
        _close(out, results, policy, time.monotonic() - began)
        if keep:
            _keep(out, chain)
    return not any(result.problem for result in results)


@contextlib.contextmanager
def servers(policy: str) -> Iterator[Chain]:
    """Start Dovecot, the milter with this policy and Postfix; stop them in reverse."""
    here = Path(policy)
    settings = {
        # The milter works from another folder: a file's path must be absolute, a name stays.
        "policy": str(here.resolve()) if here.is_file() else policy,
        "mode": "enforce",
        "authserv_ids": [AUTHSERV],
    }
    users = {USER: PASSWORD}
    with (
        Dovecot(sieve_before=shipped("deploy", "dovecot", "coldstop.sieve"), users=users) as imap,
        Milter(settings=settings) as milter,
        Postfix(
            milter=milter.address,
            lmtp_socket=imap.lmtp_socket,
            auth_socket=imap.auth_socket,
            users=users,
        ) as postfix,
    ):
        yield Chain(imap, milter, postfix)


def judge_and_send(chain: Chain, mails: Sequence[Sample]) -> tuple[Result, ...]:
    """Judge every sample here, send it, and find out where it went."""
    scorecard = _scorecard(chain)
    sent = [_send(chain, sample, scorecard) for sample in mails]
    accepted = sum(_should_arrive(result) for result in sent)
    found: dict[str, list[tuple[str, bytes]]] = {}

    def arrived() -> bool:
        if chain.postfix.queued():
            return False
        found.clear()
        for folder, messages in chain.dovecot.everywhere(USER).items():
            for raw in messages:
                found.setdefault(_message_id(raw), []).append((folder, raw))
        return sum(map(len, found.values())) >= accepted

    with contextlib.suppress(ServerError):  # the results tell which mail is missing
        until(arrived, "the mail", _ARRIVAL_SECONDS)
    return tuple(_with_copies(result, found) for result in sent)


def _scorecard(chain: Chain) -> Scorecard:
    """The very scorecard that the milter uses for the reader."""
    config = load_config(chain.milter.config_path)
    return load_snapshot(config, 1, run_cases=False).scorecard_for(RECIPIENT)


def _send(chain: Chain, sample: Sample, scorecard: Scorecard) -> Result:
    # As the milter sees it: before our own server's Received is there.
    envelope = Envelope(sample.sender, (RECIPIENT,), client_address=HOST, own_hops=0)
    message = read(sample.raw, envelope)
    today = dt.datetime.now().astimezone().date()
    explanation = explain(message, scorecard, today=today)
    subject = next(iter(message.header("subject")), "")
    reply = chain.send(sample.sender, [RECIPIENT], sample.raw)
    return Result(sample, subject, reply, explanation)


def _should_arrive(result: Result) -> bool:
    return result.reply[0] == 250 and result.judgement.verdict is not Verdict.DISCARD


def _message_id(raw: bytes) -> str:
    return next(iter(read(raw).header("message-id")), "")


def _with_copies(result: Result, found: Mapping[str, list[tuple[str, bytes]]]) -> Result:
    copies = found.get(_message_id(result.sample.raw), [])
    headers: tuple[tuple[str, str], ...] = ()
    if copies:
        message = read(copies[0][1])
        names = {header.name for header in message.headers if header.name.startswith(PREFIX)}
        headers = comparable((name, value) for name in names for value in message.header(name))
    return replace(result, found=tuple(folder for folder, _ in copies), headers=headers)


def _close(out: Console, results: Sequence[Result], policy: str, seconds: float) -> None:
    """The last lines: how many are where, what to try next."""
    wrong = [result for result in results if result.problem]
    where = Counter(folder for result in results for folder in result.found)
    rejected = sum(result.judgement.verdict is Verdict.REJECT for result in results)
    parts = [f"{count} in {folder}" for folder, count in sorted(where.items())]
    if rejected:
        parts.append(f"{rejected} rejected")
    out.print(f"{len(results)} mails sent in {seconds:.1f} s: {', '.join(parts)}.")
    if wrong:
        out.print(f"{len(wrong)} of them are not where their verdict says.", style="bold red")
        return
    refused = "" if not rejected else ", or refused during SMTP"
    out.print(f"Each was found over IMAP exactly once, where its verdict says{refused}.")
    if results:
        folder = shipped("policies", "examples", "mail")
        shown = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
        last = results[min(1, len(results) - 1)].sample.name
        out.print(f"Why? coldstop explain {shown}/{last} --policy {policy}", style="dim")


def _keep(out: Console, chain: Chain) -> None:
    """Wait for Enter, Ctrl-C, or the end of the servers' time."""
    out.print(
        f"\nIMAP {HOST}:{chain.dovecot.imap_port} and SMTP {HOST}:{chain.postfix.smtp_port}, "
        f"without TLS. Login: {USER}, password: {PASSWORD}, address: {RECIPIENT}.\n"
        "They run for 15 minutes, or until you press Enter."
    )
    while chain.postfix.running():
        if select.select([sys.stdin], [], [], 1.0)[0]:
            return


@contextlib.contextmanager
def _stoppable() -> Iterator[None]:
    """Turn the usual signals into Stopped, once: while everything is taken away they are ignored.

    Raises Stopped in the main thread.
    """
    before = {number: signal.getsignal(number) for number in _SIGNALS}

    def stop(number: int, _frame: FrameType | None) -> None:
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(number)

    for number in _SIGNALS:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
