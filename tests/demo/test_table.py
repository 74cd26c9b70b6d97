"""What the demonstration concludes and prints, from results made by hand."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from typing import Final

import pytest
from rich.console import Console

from coldstop.daemon.headers import headers_for
from coldstop.demo.result import Result
from coldstop.demo.samples import Sample
from coldstop.demo.table import because, console, deciding, show
from coldstop.message.reader import read
from coldstop.policy.model import Verdict
from coldstop.scorecard.explain import explain
from coldstop.scorecard.resolve import Scorecard, load_scorecard

DAY: Final = dt.date(2026, 6, 1)
PITCH: Final = (
    b"From: Jane <jane@agency.example>\nTo: ray@mail.test\nSubject: Job opportunity\n"
    b"Message-ID: <1@agency.example>\n\n"
    b"I am a technical recruiter. Please send me your updated resume.\n"
    b"The position is located in Plano, TX.\n"
)
LUNCH: Final = b"From: Jane <jane@agency.example>\nSubject: [bold]Lunch[/]\n\nAt noon?\n"
NEVER: Final = b"From: Bob <bob@insurance-recruiter.example>\nSubject: Hello\n\nLong time no see.\n"


@pytest.fixture(scope="module")
def card() -> Scorecard:
    """The shipped example policy."""
    return load_scorecard("ray")


def result(card: Scorecard, raw: bytes, *found: str, code: int = 250) -> Result:
    """What became of a mail, as if it had been found in these folders with the right headers."""
    message = read(raw)
    explanation = explain(message, card, today=DAY)
    wanted = headers_for(explanation.judgement)
    headers = tuple(sorted((name.lower(), " ".join(value.split())) for name, value in wanted))
    subject = message.header("subject")[0]
    sample = Sample("x.eml", "jane@agency.example", raw)
    return Result(sample, subject, (code, "text"), explanation, found, headers)


def rejecting(one: Result, verdict: str) -> Result:
    """Pretend that the policy gave another verdict."""
    judgement = replace(one.judgement, verdict=Verdict(verdict), folder="")
    return replace(one, explanation=replace(one.explanation, judgement=judgement))


def test_a_mail_in_its_folder_is_no_problem(card: Scorecard) -> None:
    """Once, in the folder that the verdict names, with the milter's headers: as promised."""
    assert result(card, PITCH, "Trash").problem == ""
    assert result(card, LUNCH, "INBOX").problem == ""


@pytest.mark.parametrize(
    ("found", "code", "said"),
    [
        ((), 250, "in no folder"),
        (("INBOX",), 250, "found in INBOX, not in Trash"),
        (("Trash", "Trash"), 250, "found 2 times"),
        ((), 451, "not accepted: 451"),
        ((), 550, "not accepted: 550"),
    ],
)
def test_any_other_end_is_a_problem(
    card: Scorecard, found: tuple[str, ...], code: int, said: str
) -> None:
    """Lost, misplaced, doubled and refused mail is told apart."""
    assert said in result(card, PITCH, *found, code=code).problem


def test_other_headers_are_a_problem(card: Scorecard) -> None:
    """The milter and the command line must have judged alike."""
    one = result(card, PITCH, "Trash")
    assert "headers differ" in replace(one, headers=()).problem


def test_a_rejected_mail_must_be_refused(card: Scorecard) -> None:
    """A verdict `reject` wants 5xx and no copy."""
    assert rejecting(result(card, PITCH, code=550), "reject").problem == ""
    assert "should be rejected" in rejecting(result(card, PITCH, "INBOX"), "reject").problem
    assert "should be rejected" in rejecting(result(card, PITCH, code=451), "reject").problem


def test_a_discarded_mail_must_be_nowhere(card: Scorecard) -> None:
    """A verdict `discard` wants an accepted mail and no copy."""
    assert rejecting(result(card, PITCH), "discard").problem == ""
    assert "should be gone" in rejecting(result(card, PITCH, "INBOX"), "discard").problem


def test_the_weightiest_rules_are_shown_with_their_words(card: Scorecard) -> None:
    """The reader sees which rule decided, and because of which words."""
    text = because(result(card, PITCH, "Trash")).plain
    assert text.startswith("+10 cold")
    assert '+10 relocation: "Plano, TX"' in text


def test_rules_that_count_without_a_pitch_are_shown(card: Scorecard) -> None:
    """A sender who is never wanted again is named even where the mail is no pitch."""
    one = result(card, NEVER, "Trash")
    assert [fired.name for fired in deciding(one)] == ["never-again"]
    assert because(one).plain.startswith("no pitch: ")


@pytest.mark.parametrize("width", [100, 120])
def test_the_table_fits_its_width(card: Scorecard, width: int) -> None:
    """No line is longer than the terminal, and the subject's markup is not markup."""
    file = io.StringIO()
    out = Console(file=file, width=width)
    show(out, [result(card, PITCH, "Trash"), result(card, LUNCH), result(card, NEVER, "INBOX")])
    printed = file.getvalue()
    assert max(map(len, printed.splitlines())) <= width
    assert "[bold]Lunch[/]" in printed
    assert "accepted, but in no folder" in " ".join(printed.split())


@pytest.mark.parametrize(("columns", "width"), [("40", 100), ("110", 110), ("300", 132)])
def test_the_console_keeps_to_readable_widths(
    monkeypatch: pytest.MonkeyPatch, columns: str, width: int
) -> None:
    """Narrow terminals wrap, wide ones are not filled."""
    monkeypatch.setenv("COLUMNS", columns)
    assert console().width == width
