"""The German, French and Spanish vocabularies on mail in many voices.

`mails/*.txt` hold the mails, all written for these tests: `=== pitch: title` or `=== ham: title`,
then fields, an empty line and the text.
"""

from __future__ import annotations

import datetime as dt
import functools
from email.parser import Parser
from pathlib import Path
from typing import NamedTuple

import pytest

from coldstop.message.reader import read
from coldstop.policy.lint import lint
from coldstop.policy.load import load_policy, load_text
from coldstop.policy.model import ListEdit, Mail
from coldstop.scorecard.cases import compose, run_cases
from coldstop.scorecard.judge import judge
from coldstop.scorecard.resolve import Scorecard, resolve

MAILS = Path(__file__).parent / "mails"
LANGUAGES = {"german": "de", "french": "fr", "spanish": "es"}
TODAY = dt.date(2026, 6, 1)


class Sample(NamedTuple):
    """One mail, and whether it is a pitch."""

    language: str
    is_pitch: bool
    title: str
    raw: bytes


def samples() -> list[Sample]:
    """Read all mails of all languages."""
    return [
        _sample(path.stem, block)
        for path in sorted(MAILS.glob("*.txt"))
        for block in path.read_text().split("=== ")[1:]
    ]


def _sample(language: str, block: str) -> Sample:
    head, _, rest = block.partition("\n")
    kind, _, title = head.partition(": ")
    fields = Parser().parsestr(rest)
    written = {"from": fields["From"], "subject": fields["Subject"], "text": fields.get_payload()}
    raw = compose(Mail.model_validate(written))
    return Sample(language, kind == "pitch", title, raw)


SAMPLES = samples()
PITCHES = [sample for sample in SAMPLES if sample.is_pitch]
HAM = [sample for sample in SAMPLES if not sample.is_pitch]


def names(of: list[Sample]) -> list[str]:
    """Titles for the report of a run."""
    return [f"{sample.language}: {sample.title}" for sample in of]


@functools.cache
def card(*languages: str) -> Scorecard:
    """A preset with vocabularies laid over it, as a reader would write it."""
    more = "".join(f", lexicon/{language}.yaml" for language in languages)
    return resolve(load_text(f"coldstop: 1\nextends: [presets/passive.yaml{more}]\n"))


@pytest.mark.parametrize("sample", PITCHES, ids=names(PITCHES))
def test_a_pitch_is_recognised(sample: Sample) -> None:
    """With its language alone, and with all of them, a pitch counts as recruiting."""
    for languages in ((sample.language,), tuple(LANGUAGES)):
        judgement = judge(read(sample.raw), card(*languages), today=TODAY)
        assert judgement.recruiting, [(one.name, one.points) for one in judgement.fired]


@pytest.mark.parametrize("sample", HAM, ids=names(HAM))
def test_other_mail_is_left_alone(sample: Sample) -> None:
    """With all languages on, no other mail counts as recruiting, so its verdict is keep."""
    judgement = judge(read(sample.raw), card(*LANGUAGES), today=TODAY)
    assert not judgement.recruiting, [(one.name, one.points) for one in judgement.fired]
    assert judgement.verdict == "keep"


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_mails(language: str) -> None:
    """Each language is tried on eight pitches and twelve other mails at least."""
    mine = [sample.is_pitch for sample in SAMPLES if sample.language == language]
    assert (mine.count(True) >= 8, mine.count(False) >= 12) == (True, True)


def test_english_alone_misses_most_of_them() -> None:
    """The vocabularies earn their place: without them hardly a pitch of these is recognised."""
    found = [judge(read(one.raw), card(), today=TODAY).recruiting for one in PITCHES]
    assert sum(found) <= len(PITCHES) // 8


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_merges_in_any_order(language: str) -> None:
    """Before the preset or behind it, the same words are found and nothing is complained about."""
    before = load_text(f"coldstop: 1\nextends: [lexicon/{language}.yaml, presets/passive.yaml]\n")
    behind = load_text(f"coldstop: 1\nextends: [presets/passive.yaml, lexicon/{language}.yaml]\n")
    assert lint(before) == lint(behind) == []
    assert {name: set(entries) for name, entries in before.lists.items()} == {
        name: set(entries) for name, entries in behind.lists.items()
    }
    assert before.rules.keys() == behind.rules.keys()


@pytest.mark.parametrize(("language", "code"), LANGUAGES.items())
def test_a_language_only_adds_to_the_lists_of_english(language: str, code: str) -> None:
    """Every list is one that English has, adds only, and says its language and its reason."""
    english = load_policy("passive").lists
    whole = load_text(f"coldstop: 1\nextends: [presets/passive.yaml, lexicon/{language}.yaml]\n")
    mine = next(source for source in whole.sources[-1] if source.name.endswith(f"{language}.yaml"))
    assert mine.file.lists.keys() <= english.keys()
    for edit in mine.file.lists.values():
        assert isinstance(edit, ListEdit)
        assert edit.remove is None
        assert edit.about is not None
        assert (edit.about.language, bool(edit.about.reason)) == (code, True)
    assert not mine.file.rules


def test_the_example_policy_keeps_its_promises() -> None:
    """Every case of `examples/berlin.yaml` holds."""
    policy = load_policy("examples/berlin.yaml")
    failed = [case for case in run_cases(resolve(policy), TODAY) if not case.ok]
    assert (failed, len(policy.cases)) == ([], 6)
