"""Small policies for tests: the mail itself says which verdict it wants.

`X-Want: trash` gets the verdict `trash` (for a policy made by `wanting`), so that every verdict
can be had on demand, through the real loader and the real judge.
"""

from __future__ import annotations

from typing import Final

LADDER: Final = {
    "keep": 0,
    "tag": 10,
    "later": 20,
    "file": 30,
    "quarantine": 40,
    "trash": 50,
    "reject": 60,
    "discard": 70,
}


def wanting(name: str = "small", header: str = "X-Want", extra: str = "") -> str:
    """Write a policy that gives the verdict that `header` names."""
    rules = "".join(
        f"  wants-{verdict}:\n"
        f"    when: {{header: {header}, is: {verdict}}}\n"
        f"    points: {points}\n"
        f"    reason: the test wants it\n"
        for verdict, points in LADDER.items()
        if points
    )
    return (
        "coldstop: 1\n"
        f"name: {name}\n"
        "pitch: {threshold: 5}\n"
        "rules:\n"
        f"  asks: {{when: {{header: {header}}}, pitch: 9, kind: job}}\n"
        f"{rules}"
        "ladder: {0: keep, 10: tag, 20: later Recruiters/Later, 30: file Recruiters,"
        " 40: quarantine, 50: trash, 60: reject, 70: discard}\n"
        f"{extra}"
    )


def message(want: str = "", *, number: int = 0, subject: str = "hello", extra: str = "") -> bytes:
    """Write a message that asks for a verdict; `number` makes its Message-ID."""
    asks = f"X-Want: {want}\r\n" if want else ""
    return (
        "From: Someone <someone@sender.test>\r\n"
        "To: undisclosed-recipients:;\r\n"
        f"Subject: {subject}\r\n"
        f"Message-ID: <{number}@sender.test>\r\n"
        f"{asks}{extra}"
        "\r\n"
        "Some words.\r\n"
    ).encode()
