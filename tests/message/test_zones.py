"""The zone `own`: the sender's words and nobody else's."""

from __future__ import annotations

from typing import Literal

import pytest

from coldstop.message.limits import LIMITS
from coldstop.message.model import Part
from coldstop.message.zones import own


def kept(kind: Literal["text/plain", "text/html"], text: str) -> str:
    """The own runs, joined by a bar, without blanks at their ends."""
    return "|".join(run.decode().strip() for run in own(Part(kind, text.encode())))


_LINKEDIN = """\
Hi Ray, I'd like to talk.

You share a group: Database People
3 mutual connections
View profile: https://linkedin.example/in/bob

Bob Jones

.....................................

Unsubscribe: https://linkedin.example/unsubscribe
This email was intended for Ray Kim (Database Administrator at Good Firm).
Learn why we included this: https://linkedin.example/help
(c) LinkedIn Corporation, 1000 W Maude Ave, Sunnyvale, CA 94085.
"""

_PROSE = (
    "We have three mutual connections and one of them, Ann Lee, whom I worked with for years at "
    "Good Firm, suggested that I write to you about an opening in my own team; hence this mail."
)

_PLAIN = [
    ("all-own", "Dear Ray,\n\nI have a role.\n", "Dear Ray,\n\nI have a role."),
    ("empty", "", ""),
    ("blank", " \n\n", ""),
    ("quotes", "Yes.\n> the question\n>> and before\nNo.\n", "Yes.|No."),
    ("indented-quote", "a\n  > q\nb", "a|b"),
    ("quote-at-the-end", "a\n> q", "a"),
    ("arrow-in-a-line", "a -> b > c\n", "a -> b > c"),
    ("wrote", "Sure.\n\nOn Mon, 1 Jan 2026, Bob <b@d.example> wrote:\n> hello\nx\n", "Sure."),
    (
        "wrapped-wrote",
        "Sure.\nOn Mon, 1 Jan 2026 at 10:00, Bob Jones\n<b@d.example> wrote:\n\nx",
        "Sure.",
    ),
    (
        "wrote-in-prose",
        "On Monday Bob wrote: nothing new.\nBye\n",
        "On Monday Bob wrote: nothing new.\nBye",
    ),
    ("schrieb", "Ja.\nAm Montag, 1. Januar schrieb:\nx", "Ja."),
    ("a-ecrit", "Oui.\nLe lundi 1 janvier, Bob a écrit :\nx", "Oui."),
    ("original", "Yes\n\n-----Original Message-----\nFrom: x\n", "Yes"),
    ("forwarded", "See below\n---------- Forwarded message ----------\nx", "See below"),
    ("outlook", "Yes\n\nFrom: Bob\nSent: Monday\nTo: Ray\n\nx", "Yes"),
    ("from-in-prose", "From: the desk of Bob\nHello\n", "From: the desk of Bob\nHello"),
    ("signature", "Hi\n-- \nBob\nAcme\n", "Hi"),
    ("signature-first", "-- \nBob\n", ""),
    ("dashes-are-no-signature", "a\n--- b\nc -- d\n", "a\n--- b\nc -- d"),
    ("linkedin", _LINKEDIN, "Hi Ray, I'd like to talk.|Bob Jones"),
    ("dots-in-prose", "Well ........ maybe\nyes\n", "Well ........ maybe\nyes"),
    ("stated-connection-is-kept", _PROSE, _PROSE),
    ("opt-out-line", "A role.\n\nTo unsubscribe, reply STOP.\n\nBob\n", "A role.|Bob"),
    ("indeed", "Hello Ray\nThis message was sent to you by Indeed\nx\n", "Hello Ray"),
]


@pytest.mark.parametrize(("text", "expected"), [c[1:] for c in _PLAIN], ids=[c[0] for c in _PLAIN])
def test_plain(text: str, expected: str) -> None:
    """Quotes, signature and footers of plain text are not own."""
    assert kept("text/plain", text) == expected


_HTML = [
    ("all-own", "<p>Hi Ray</p>", "<p>Hi Ray</p>"),
    ("blockquote", "<p>a</p><BLOCKQUOTE type=cite>q</blockquote><p>b</p>", "<p>a</p>|<p>b</p>"),
    ("nested", "a<blockquote>q<blockquote>r</blockquote>s</blockquote >b", "a|b"),
    ("open", "a<blockquote>q", "a"),
    ("stray-close", "a</blockquote>b", "a</blockquote>b"),
    (
        "gmail",
        '<div>a</div><div class="gmail_quote">On x<blockquote>q</blockquote></div>',
        "<div>a</div>",
    ),
    ("gmail-new", '<p>a</p><div dir="ltr" class="gmail_quote gmail_quote_container">q', "<p>a</p>"),
    ("outlook", "<p>a</p><p><b>From:</b> Bob<br><b>Sent:</b> Monday<br>q", "<p>a</p><p><b>"),
    ("outlook-web", '<p>a</p><div id="divRplyFwdMsg">q', "<p>a</p>"),
    ("footer", "<p>a</p><td>This email was intended for Ray (DBA)</td>", "<p>a</p><td>"),
    (
        "machine-line",
        "<p>a</p><td>12 mutual connections</td><p>b</p>",
        "<p>a</p><td>|</td><p>b</p>",
    ),
]


@pytest.mark.parametrize(("text", "expected"), [c[1:] for c in _HTML], ids=[c[0] for c in _HTML])
def test_html(text: str, expected: str) -> None:
    """Quoted regions and platform sentences of HTML are not own."""
    assert kept("text/html", text) == expected


def test_runs_limit() -> None:
    """At most so many runs come back."""
    text = b"a\n> q\n" * (LIMITS.own_runs + 50)
    assert len(own(Part("text/plain", b"a\n> q\n" * LIMITS.own_runs))) == LIMITS.own_runs
    assert len(own(Part("text/plain", text))) == LIMITS.own_runs
