"""The milter's parent process: opens the socket, keeps the workers, owns the signals.

* SIGHUP: load and check the policies anew. If they are good, tell the workers; if not, say so in
  one line and keep the last good ones (H14). The process stays the same, no session is dropped.
* SIGTERM, SIGINT: stop the workers, remove our socket file, leave within `Limits.stop_seconds`
  and a little.
* A worker that dies is replaced, at once if it had lived for a while, else with growing pauses.
  The parent holds the socket, so that mail arriving in between waits in its queue.

`run` returns an exit code: 0 after a stop that was asked for, 78 (EX_CONFIG) for a policy that
cannot be used, 69 (EX_UNAVAILABLE) for a socket that cannot be had. Each comes with one log line.
"""

from __future__ import annotations

import os
import select
import signal
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from coldstop.daemon import listener as sockets
from coldstop.daemon.callbacks import register
from coldstop.daemon.limits import LIMITS
from coldstop.daemon.log import Log
from coldstop.daemon.mail import Runtime
from coldstop.daemon.reload import RELOAD_ERRORS, CasesFailed, load_snapshot, today
from coldstop.daemon.systemd import notify
from coldstop.daemon.worker import SIGNALS, serve, settle

if TYPE_CHECKING:
    from coldstop.daemon.config import Config
    from coldstop.daemon.reload import Snapshot

_CONFIG_ERROR: Final = os.EX_CONFIG
_UNAVAILABLE: Final = os.EX_UNAVAILABLE


def run(config: Config) -> int:
    """Serve until told to stop; returns the exit code."""
    try:
        log = Log(config.log)
    except OSError as error:
        Log().event("start", outcome="refused", reason=f"log {config.log}: {error.strerror}")
        return _CONFIG_ERROR
    try:
        snapshot = _first_snapshot(config, log)
    except RELOAD_ERRORS as error:
        log.event("start", outcome="refused", reason=error)
        return _CONFIG_ERROR
    runtime = Runtime(snapshot, log, today)
    register(runtime)
    try:
        address = sockets.activated(os.environ) or sockets.parse(config.socket)
        listener = sockets.open_listener(
            address,
            mode=config.socket_mode,
            group=config.socket_group,
            allow_remote=config.allow_remote,
        )
    except sockets.ListenerError as error:
        log.event("start", outcome="refused", reason=error)
        return _UNAVAILABLE
    return Supervisor(runtime, listener, config.workers).serve()


def _first_snapshot(config: Config, log: Log) -> Snapshot:
    """Load the policies for the start; a case that no longer holds is no reason to stay away.

    Cases may depend on the day (H23): at a restart there is no last good policy to keep, and mail
    judged by a readable policy is better than mail not judged at all.
    """
    try:
        return load_snapshot(config, 1)
    except CasesFailed as error:
        log.event("start", outcome="case-failed", reason=error)
        return load_snapshot(config, 1, run_cases=False)


@dataclass(slots=True)
class _Worker:
    """A slot for one worker: the process in it, or when the next one is due."""

    pid: int = 0
    orders: int = -1
    started: float = 0.0
    due: float = 0.0
    deaths: int = 0


@dataclass(slots=True)
class Supervisor:
    """The parent's loop."""

    runtime: Runtime
    listener: sockets.Listener
    count: int
    _slots: list[_Worker] = field(default_factory=list)
    _pending: set[int] = field(default_factory=set)
    _waker: int = -1

    def serve(self) -> int:
        """Keep the workers running until SIGTERM; returns 0."""
        self._install()
        settle()
        self._slots = [_Worker() for _ in range(self.count)]
        for slot in self._slots:
            self._start(slot)
        snapshot = self.runtime.snapshot
        self.runtime.log.event(
            "start",
            outcome="serving",
            socket=self.listener.description,
            workers=self.count,
            mode=snapshot.config.mode,
            policies=snapshot.names,
        )
        notify("READY=1")
        while True:
            self._sleep()
            pending, self._pending = self._pending, set()
            if signal.SIGTERM in pending or signal.SIGINT in pending:
                return self._stop()
            self._reap()
            if signal.SIGHUP in pending:
                self._reload()
            now = time.monotonic()
            for slot in self._slots:
                if not slot.pid and slot.due <= now:
                    self._start(slot)

    # Signals -----------------------------------------------------------------------------------

    def _install(self) -> None:
        self._waker, wake = os.pipe()
        os.set_blocking(self._waker, False)
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        for number in (*SIGNALS, signal.SIGCHLD):
            signal.signal(number, self._note)

    def _note(self, number: int, _frame: object) -> None:
        self._pending.add(number)

    def _sleep(self) -> None:
        """Wait for a signal, or until a worker is due."""
        due = [slot.due for slot in self._slots if not slot.pid]
        timeout = max(0.0, min(due) - time.monotonic()) if due else None
        if self._pending:
            timeout = 0.0
        ready, _, _ = select.select([self._waker], [], [], timeout)
        if ready:
            os.read(self._waker, 4096)

    # Workers -----------------------------------------------------------------------------------

    def _start(self, slot: _Worker) -> None:
        orders, give = os.pipe()
        # Blocked until the child has its own handlers: ours would wake the parent.
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        try:
            pid = os.fork()
            if pid == 0:
                try:
                    os.close(give)
                    for other in self._slots:  # else a worker keeps its siblings' pipes open
                        if other.orders >= 0:
                            os.close(other.orders)
                    serve(self.runtime, orders)
                except BaseException as error:  # noqa: BLE001 - a child must never return
                    self.runtime.log.failure("worker", error)
                finally:
                    os._exit(1)
        except OSError as error:
            os.close(orders)
            os.close(give)
            self._delay(slot)
            self.runtime.log.failure("fork", error)
            return
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        os.close(orders)
        os.set_blocking(give, False)
        slot.pid, slot.orders, slot.started = pid, give, time.monotonic()

    def _delay(self, slot: _Worker) -> None:
        pauses = LIMITS.backoff_seconds
        slot.due = time.monotonic() + pauses[min(slot.deaths, len(pauses) - 1)]
        slot.deaths += 1

    def _reap(self) -> None:
        """Notice workers that ended and say when they are due again."""
        for slot in self._slots:
            if not slot.pid:
                continue
            pid, status = os.waitpid(slot.pid, os.WNOHANG)
            if not pid:
                continue
            lived = time.monotonic() - slot.started
            os.close(slot.orders)
            slot.pid, slot.orders = 0, -1
            if lived >= LIMITS.steady_seconds:
                slot.deaths, slot.due = 0, 0.0
            else:
                self._delay(slot)
            self.runtime.log.event(
                "worker",
                outcome="died",
                pid=pid,
                status=os.waitstatus_to_exitcode(status),
                lived=f"{lived:.1f}s",
            )

    # Orders ------------------------------------------------------------------------------------

    def _reload(self) -> None:
        """Check the policies, and pass them on if they are good."""
        log, old = self.runtime.log, self.runtime.snapshot
        log.reopen()
        try:
            fresh = load_snapshot(old.config, old.generation + 1)
        except RELOAD_ERRORS as error:
            log.event("reload", outcome="refused", generation=old.generation, reason=error)
            return
        except Exception as error:  # noqa: BLE001 - the last good policy keeps working
            log.failure("reload", error, outcome="refused", generation=old.generation)
            return
        self.runtime.snapshot = fresh
        settle()
        order = f"reload {fresh.generation} {fresh.fingerprint}\n".encode("ascii")
        for slot in self._slots:
            if slot.pid:
                try:
                    os.write(slot.orders, order)
                except OSError as error:  # it died just now: its successor has the new policies
                    log.failure("order", error)
        log.event(
            "reload",
            outcome="done",
            generation=fresh.generation,
            mode=fresh.config.mode,
            policies=fresh.names,
        )

    def _stop(self) -> int:
        """Stop every worker, remove our socket, and be gone in time."""
        notify("STOPPING=1")
        self.listener.remove()
        pids = {slot.pid for slot in self._slots if slot.pid}
        for pid in pids:
            os.kill(pid, signal.SIGTERM)
        end = time.monotonic() + LIMITS.stop_seconds
        while pids and time.monotonic() < end:
            pids = {pid for pid in pids if not os.waitpid(pid, os.WNOHANG)[0]}
            if pids:
                time.sleep(0.01)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        self.runtime.log.event("stop", killed=len(pids))
        return os.EX_OK
