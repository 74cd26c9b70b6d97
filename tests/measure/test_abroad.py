"""German, French and Spanish mail that was written without a look at any rule."""

from __future__ import annotations

import itertools

import pytest

from coldstop.message.reader import read
from coldstop.policy.load import load_text
from coldstop.scorecard.resolve import resolve
from measure import blind
from measure.sets import HAM, NEGATIVE, OWN_HAM, load, mislabelled

RECOGNISED = {"de": 20, "fr": 22, "es": 22}
"""Of 35 pitches each, a quarter of them excerpts, that no rule was fitted to."""
WRONG = {"de": 1, "fr": 1, "es": 2}
"""Of 30 other mails each that no rule was fitted to."""


@pytest.mark.parametrize("language", blind.LANGUAGES)
def test_mail_of_another_language_that_no_rule_was_fitted_to(language: str) -> None:
    """The floor under recognition, and the most that may be mistaken: raise, never fit them."""
    found = blind.measure(blind.speaking(language), "unfitted", language)
    assert found.recall.count >= RECOGNISED[language], found.by_label
    assert len(found.wrong) <= WRONG[language], found.wrong


def test_other_languages_cost_no_english_mail() -> None:
    """With all languages on, no English mail is taken for a pitch that was none without them."""
    every = ", ".join(f"lexicon/{name}.yaml" for name in blind.LANGUAGES.values())
    card = resolve(load_text(f"coldstop: 1\nname: all\nextends: [presets/passive.yaml, {every}]\n"))
    wanted = [
        one
        for one in load().samples
        if one.group in (HAM, NEGATIVE, OWN_HAM) and one.name not in mislabelled()
    ]
    assert len(wanted) > 90
    taken = [one.name for one in wanted if blind.recruits(one.raw, card)]
    assert taken == []


@pytest.mark.parametrize(
    ("kind", "half", "language"),
    [*itertools.product(("pitch", "ham"), blind.HALVES, blind.LANGUAGES)],
)
def test_the_mailboxes_are_whole(kind: blind.Kind, half: blind.Half, language: str) -> None:
    """Every message is labelled, reads without a defect and has a text."""
    found = blind.letters(kind, half, language)
    assert len(found) == (35 if kind == "pitch" else 30)
    for one in found:
        message = read(one.raw)
        assert one.label, one.name
        assert message.defects == (), one.name
        assert message.parts[0].text.strip(), one.name
