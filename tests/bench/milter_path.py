"""The whole milter path: a real daemon, one client, a connection a message as Postfix makes.

CPU is that of the daemon's process tree, from /proc; the client's is left out.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from support.mta import Milter
from support.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Sequence

TICK = 1 / os.sysconf("SC_CLK_TCK")
ROUNDS = 500
"""Messages a round; the rounds of the variants take turns."""


def milter_report(mails: Sequence[bytes], variants: dict[str, dict[str, str]]) -> None:
    """Print the CPU a message for every variant (files of a policy `p.yaml`)."""
    print("\nmilter path, microseconds of CPU a message in the daemon (unix socket)")
    split = [fields_and_body(raw) for raw in mails]
    running = {
        name: Milter(settings={"policy": "p.yaml"}, files=files) for name, files in variants.items()
    }
    spent = dict.fromkeys(variants, 0.0)
    try:
        for milter in running.values():
            milter.start()
        for start in range(0, len(split), ROUNDS):
            for name, milter in running.items():
                before = _cpu(milter)
                for fields, body in split[start : start + ROUNDS]:
                    with Wire(str(milter.socket_path)) as wire:
                        wire.begin()
                        wire.message(fields, body)
                        wire.quit()
                spent[name] += _cpu(milter) - before
    finally:
        for milter in running.values():
            milter.__exit__(None, None, None)
    for name, seconds in spent.items():
        print(f"  {name:<22}{seconds / len(split) * 1e6:8.1f}")


def fields_and_body(raw: bytes) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Cut a message as a mail server does: fields with their folds, and the body in CRLF."""
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    fields: list[tuple[bytes, bytes]] = []
    for line in head.split(b"\n"):
        if line[:1] in b" \t" and fields:
            name, value = fields[-1]
            fields[-1] = (name, value + b"\n" + line)
        else:
            name, colon, value = line.partition(b":")
            if colon:
                fields.append((name.strip(), value.strip()))
    return fields, body.replace(b"\n", b"\r\n")


def _cpu(milter: Milter) -> float:
    """Seconds of CPU of the milter's parent and workers."""
    return sum(_process_cpu(pid) for pid in (milter.pid, *milter.workers()))


def _process_cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK
