"""Small policies and small mails for tests of rules and verdicts."""

from __future__ import annotations

import datetime as dt
import textwrap
from typing import TYPE_CHECKING

from coldstop.message.reader import read
from coldstop.policy.load import load_text
from coldstop.policy.model import Mail
from coldstop.scorecard.cases import compose
from coldstop.scorecard.judge import judge
from coldstop.scorecard.resolve import Scorecard, resolve
from coldstop.scorecard.standing import UNKNOWN, Standing

if TYPE_CHECKING:
    from coldstop.scorecard.judgement import Judgement

TODAY = dt.date(2026, 6, 1)

ALWAYS = """
coldstop: 1
name: tiny
pitch: {threshold: 1}
ladder: {0: keep, 5: tag, 10: file Recruiters, 20: trash}
"""


def card(body: str, head: str = ALWAYS) -> Scorecard:
    """Make a scorecard of a small policy; `head` brings threshold and ladder."""
    return resolve(load_text(head + textwrap.dedent(body)))


def rules(body: str) -> Scorecard:
    """Make a scorecard in which every mail is a pitch, so that score rules count."""
    pitch = "  everything: {when: {not: {header: X-Never}}, pitch: 1}\n"
    return card("rules:\n" + pitch + textwrap.indent(textwrap.dedent(body), "  "))


def mail(
    text: str = "",
    subject: str = "",
    *,
    sender: str = "Ann <ann@firm.example>",
    html: str | None = None,
    **headers: str,
) -> bytes:
    """Write a mail; header names are given with underscores for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    fields = {"from": sender, "subject": subject, "text": text, "html": html, "headers": named}
    return compose(Mail.model_validate(fields))


def judged(
    raw: bytes, scorecard: Scorecard, standing: Standing = UNKNOWN, today: dt.date = TODAY
) -> Judgement:
    """Judge raw bytes."""
    return judge(read(raw), scorecard, standing, today=today)


def fired(judgement: Judgement) -> dict[str, int]:
    """Names and points of what fired, without the helper rule of `rules`."""
    return {one.name: one.points for one in judgement.fired if one.name != "everything"}


def quotes(judgement: Judgement, rule: str) -> list[str]:
    """The evidence of one rule."""
    return [e.quote for one in judgement.fired if one.name == rule for e in one.evidence]
