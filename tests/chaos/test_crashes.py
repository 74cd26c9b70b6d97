"""Workers and parents that die, policies that break, and stopping: no mail is lost or doubled."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.load import Load
from support.mta import Milter, chain, until
from support.policies import message, wanting
from support.wire import Gone, Wire

if TYPE_CHECKING:
    import smtplib

pytestmark = [pytest.mark.real, pytest.mark.slow]

KILLS = 22
RELOADS = 200
SETTINGS = {"policy": "p.yaml", "mode": "enforce", "workers": "2"}
FILES = {"p.yaml": wanting("small")}


def kill_workers(milter: Milter, kills: int, pause: float) -> None:
    """Kill workers one after the other; every one has lived for a moment."""
    for turn in range(kills):
        until(lambda: len(milter.workers()) == 2, "two workers")
        time.sleep(pause)
        os.kill(milter.workers()[turn % 2], signal.SIGKILL)


def test_no_mail_is_lost_or_doubled_when_workers_are_killed() -> None:
    """Under load, killed workers cost at most a verdict (default_action=accept)."""
    with chain(SETTINGS, FILES) as servers:
        parent = servers.milter.pid
        with Load(servers) as load:
            kill_workers(servers.milter, KILLS, 0.5)
        lost, twice, unjudged, found = load.account()
        assert (lost, twice, dict(load.refused)) == (set(), set(), {})
        assert len(servers.milter.lines("worker")) >= KILLS
        assert servers.milter.pid == parent
        assert servers.milter.running()
        assert unjudged <= len(found) // 10, (unjudged, len(found))
        print(f"{KILLS} kills: {len(found)} delivered, {unjudged} of them unjudged")  # noqa: T201


def test_no_mail_passes_unjudged_where_the_operator_prefers_delay() -> None:
    """With default_action=tempfail every message that gets through was judged."""
    with chain(SETTINGS, FILES, default_action="tempfail") as servers:
        with Load(servers) as load:
            kill_workers(servers.milter, 6, 0.5)
        lost, twice, unjudged, found = load.account()
        assert (lost, twice, unjudged) == (set(), set(), 0)
        assert set(load.refused) <= {451, 421}
        print(f"6 kills: {len(found)} delivered, {sum(load.refused.values())} deferred")  # noqa: T201


def test_reloads_under_load() -> None:
    """Two hundred SIGHUPs, every other one with a broken policy, disturb nothing."""
    with chain(SETTINGS, FILES) as servers:
        milter = servers.milter
        parent, workers = milter.pid, milter.workers()
        with Load(servers) as load:
            for turn in range(RELOADS):
                broken = turn % 2 == 0
                text = wanting(
                    "small", extra=f"stopped: [{{who: a{turn}@x.test, on: 2026-01-01}}]\n"
                )
                milter.write("p.yaml", text[: len(text) // 2] + "\n  - [" if broken else text)
                milter.reload()
                _await_reload(milter, turn + 1)
        lost, twice, unjudged, found = load.account()
        assert (lost, twice, unjudged, dict(load.refused)) == (set(), set(), 0, {})
        assert (milter.pid, milter.workers()) == (parent, workers)
        outcomes = [
            line["outcome"] for line in milter.lines("reload") if line["pid"] == str(parent)
        ]
        assert outcomes == ["refused", "done"] * (RELOADS // 2)
        good = set(re.findall(r"policies=small/([0-9a-f]{12})", milter.log()))
        used = {
            match[1].decode()
            for raw in found
            if (match := re.search(rb"X-Coldstop-Policy: small; revision=([0-9a-f]+)", raw))
        }
        assert used <= good
        assert len(used) > 3
        refusals = [line for line in milter.log().splitlines() if "outcome=refused" in line]
        assert all("p.yaml:" in line for line in refusals)
        print(f"{RELOADS} reloads: {len(found)} delivered by {len(used)} revisions")  # noqa: T201


def _await_reload(milter: Milter, number: int) -> None:
    """Wait until the parent has reloaded, or refused to, so many times."""
    parent = str(milter.pid)
    until(
        lambda: sum(line["pid"] == parent for line in milter.lines("reload")) >= number,
        "the reload",
    )


def test_stopping_with_twenty_messages_half_way() -> None:
    """SIGTERM ends the milter in time, and Postfix accepts what was under way."""
    with chain(SETTINGS, FILES) as servers:
        clients = [servers.postfix.smtp() for _ in range(20)]
        for number, client in enumerate(clients):
            client.ehlo()
            client.mail("someone@sender.test")
            client.rcpt("alice@mail.test")
            assert client.docmd("DATA")[0] == 354
            client.send(message("tag", number=number))
        process = servers.milter.process
        assert process is not None
        started = time.monotonic()
        process.terminate()
        replies: list[int] = []

        def finish(client: smtplib.SMTP) -> None:
            replies.append(client.docmd(".")[0])
            client.close()

        threads = [threading.Thread(target=finish, args=(client,)) for client in clients[:10]]
        for thread in threads:
            thread.start()
        assert process.wait(10) == 0
        stopped = time.monotonic() - started
        for thread in threads:
            thread.join(20)
        for client in clients[10:]:
            finish(client)
        assert replies == [250] * 20
        assert stopped <= 10
        assert len(servers.dovecot.wait_for("alice", count=20)) == 20
        assert not servers.milter.socket_path.exists()
        print(f"stopped after {stopped:.2f} s")  # noqa: T201


def test_every_session_hears_something_when_the_milter_stops() -> None:
    """At the wire: 20 sessions in the middle of a message get a reply or an end within 10 s."""
    with Milter(settings=SETTINGS, files=FILES) as milter:
        wires = [Wire(str(milter.socket_path), timeout=10) for _ in range(20)]
        for wire in wires:
            wire.begin()
            wire.mail()
            wire.rcpt()
            wire.header(b"X-Want", b"tag")
        process = milter.process
        assert process is not None
        started = time.monotonic()
        process.terminate()
        judged = 0
        for wire in wires[:10]:  # these finish in time: they are waited for
            judged += wire.end().header("X-Coldstop-Verdict") == "tag"
        for wire in wires[10:]:  # these never do
            with pytest.raises(Gone):
                wire.get()
        assert judged == 10
        assert time.monotonic() - started <= 10
        assert process.wait(10) == 0
        for wire in wires:
            wire.close()


def test_an_idle_milter_stops_at_once() -> None:
    """Open connections without a message do not delay the end."""
    with Milter(settings=SETTINGS, files=FILES) as milter, Wire(str(milter.socket_path)) as wire:
        wire.begin()
        wire.message([(b"X-Want", b"tag")])
        process = milter.process
        assert process is not None
        started = time.monotonic()
        process.terminate()
        assert process.wait(10) == 0
        assert time.monotonic() - started < 2.5  # well under the time for draining


def test_workers_do_not_outlive_their_parent() -> None:
    """A parent that is killed takes its workers with it."""
    with Milter(settings=SETTINGS, files=FILES) as milter:
        workers = milter.workers()
        assert len(workers) == 2
        os.kill(milter.pid, signal.SIGKILL)
        until(lambda: not any(_alive(pid) for pid in workers), "the end of the workers", 6)


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_workers_that_die_young_are_replaced_with_pauses() -> None:
    """Restarting slows down where it does not help, and goes on all the same."""
    with Milter(settings={**SETTINGS, "workers": "1"}, files=FILES) as milter:
        started = time.monotonic()
        for _ in range(4):
            until(milter.workers, "a worker")
            os.kill(milter.workers()[0], signal.SIGKILL)
            until(lambda: not milter.workers(), "its end", 2)
        until(milter.workers, "a worker")
        assert time.monotonic() - started >= 0.1 + 0.2 + 0.5 + 1.0
        with Wire(str(milter.socket_path)) as wire:
            wire.begin()
            assert wire.message([(b"X-Want", b"tag")]).header("X-Coldstop-Verdict") == "tag"


def test_a_hangup_for_a_worker_is_ignored() -> None:
    """SIGHUP to the whole group reloads once, through the parent, and ends nobody (H2)."""
    with Milter(settings=SETTINGS, files=FILES) as milter:
        workers = milter.workers()
        for pid in workers:
            os.kill(pid, signal.SIGHUP)
        milter.reload()
        until(lambda: milter.lines("reload"), "the reload")
        time.sleep(0.2)
        assert milter.workers() == workers
        assert [line["outcome"] for line in milter.lines("reload")] == ["done"]


def test_a_broken_policy_at_the_start_is_refused() -> None:
    """Without a last good policy the milter does not start, and says where the error is."""
    milter = Milter(settings=SETTINGS, files={"p.yaml": "coldstop: 1\nrules: [\n"})
    with pytest.raises(RuntimeError, match=r"p\.yaml:\d+:\d+"):
        milter.__enter__()
