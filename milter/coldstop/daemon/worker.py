"""One worker process: libmilter in a thread, signals and orders in the main thread.

libmilter takes SIGHUP, SIGTERM and SIGINT for itself and ends on each of them; run in a second
thread it does not get to see them (H2). Orders come through a pipe from the parent: one line
`reload <fingerprint>` each. The end of that pipe means that the parent is gone.

Told to stop, a worker waits up to `Limits.drain_seconds` for the messages in its hands and then
leaves at once. It never calls `milter.stop()`: that returns after up to five seconds (measured:
2.0 and 4.5), in which its peers wait for answers that do not come. The end of the process closes
their connections, and the mail server does what `default_action` says (H3).
"""

from __future__ import annotations

import gc
import os
import select
import signal
import threading
import time
from typing import TYPE_CHECKING, Final, NoReturn

from coldstop.daemon.binding import milter
from coldstop.daemon.limits import LIMITS
from coldstop.daemon.reload import RELOAD_ERRORS, load_snapshot

if TYPE_CHECKING:
    from coldstop.daemon.mail import Runtime

SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_READ_SIZE: Final = 4096
_WRITE_SECONDS: Final = 0.02


def settle() -> None:
    """Keep what lives as long as the process out of the garbage collector's rounds.

    A collection would walk the whole scorecard while mail waits, and unshare its pages.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def serve(runtime: Runtime, orders: int) -> NoReturn:
    """Run a worker; call it in a forked child that has SIGNALS blocked."""
    waker, wake = os.pipe()
    os.set_blocking(waker, False)
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    stopping = threading.Event()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    # Reloads are the parent's business: it has checked the policy before a worker reads it.
    signal.signal(signal.SIGHUP, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)

    def run_milter() -> None:
        try:
            milter.main()
        except milter.error as error:
            runtime.log.failure("libmilter", error)
        finally:
            stopping.set()
            os.write(wake, b"\0")

    threading.Thread(target=run_milter, name="libmilter", daemon=True).start()
    settle()
    buffer = b""
    while not stopping.is_set():
        ready, _, _ = select.select([waker, orders], [], [])
        if waker in ready:
            os.read(waker, _READ_SIZE)
        if orders in ready:
            data = os.read(orders, _READ_SIZE)
            if not data:
                break
            *lines, buffer = (buffer + data).split(b"\n")
            if lines:  # several orders at once: the last one says what is wanted
                _reload(runtime, lines[-1].decode("ascii"))
    _leave(runtime)


def _reload(runtime: Runtime, order: str) -> None:
    """Load what the parent has checked; keep what we have if it is not that any more."""
    _, generation, fingerprint = order.split(" ")
    old = runtime.snapshot
    try:
        fresh = load_snapshot(old.config, int(generation), run_cases=False)
    except RELOAD_ERRORS as error:
        runtime.log.event("reload", outcome="kept", generation=old.generation, reason=error)
        return
    except Exception as error:  # noqa: BLE001 - a worker must outlive any policy
        runtime.log.failure("reload", error, outcome="kept", generation=old.generation)
        return
    if fresh.fingerprint != fingerprint:
        runtime.log.event(
            "reload",
            outcome="kept",
            generation=old.generation,
            reason="the files changed again while they were read; send another SIGHUP",
        )
        return
    runtime.log.reopen()
    runtime.snapshot = fresh
    settle()


def _leave(runtime: Runtime) -> NoReturn:
    end = time.monotonic() + LIMITS.drain_seconds
    while runtime.active and time.monotonic() < end:
        time.sleep(0.01)
    # The last reply is on its way once libmilter's thread has had a moment to write it.
    time.sleep(_WRITE_SECONDS)
    os._exit(0)
