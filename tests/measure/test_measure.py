"""The bench as a whole, on the mail that is always there, and its promises."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from coldstop.scorecard.resolve import load_scorecard
from measure import sets
from measure.figures import Figures, Share, Wrong, share
from measure.promises import Promises, broken
from measure.report import lines
from measure.run import measure
from support.mailsets import without_corpus_fields, without_mbox_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    """The figures of the shipped samples under two policies, with the corpora missing."""
    with pytest.MonkeyPatch.context() as patch:
        nothing = str(tmp_path_factory.mktemp("nothing"))
        patch.setenv("COLDSTOP_CORPORA", nothing)
        patch.setenv("COLDSTOP_SPAMASSASSIN", nothing)
        found = sets.load()
    assert not found.corpora
    return measure(found, {name: load_scorecard(name) for name in ("passive", "strict")}, {})


def test_missing_sets_are_named_and_the_rest_is_measured(figures: Figures) -> None:
    """The report says first what was not at hand."""
    report = list(lines(figures))
    assert sum("MISSING" in line for line in report) >= 2
    assert figures.core.of == 0
    assert figures.examples.of + figures.example_wanted.of == 20


def test_figures_become_json(figures: Figures) -> None:
    """Everything that is printed is there, in plain lists and mappings."""
    data = json.loads(json.dumps(figures.as_json(), sort_keys=True))
    assert data["examples"]["of"] == figures.examples.of


def _kept(figures: Figures) -> Figures:
    every = Share(23, 23, 0.85, 1.0)
    return replace(
        figures,
        core=every,
        dropped=every,
        source=every,
        negatives=Wrong(285, ()),
        ham=Wrong(4150, ("a", "b")),
    )


def test_promises_hold_up_to_the_limit(figures: Figures) -> None:
    """22 of 23 is more than 95 %; two of 4,150 are less than 0.05 %."""
    assert not list(broken(replace(_kept(figures), core=Share(22, 23, 0.78, 0.99))))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda kept: replace(kept, core=Share(21, 23, 0.7, 0.9)), "recall of core pitches"),
        (lambda kept: replace(kept, dropped=Share(19, 23, 0.6, 0.9)), "without own cues"),
        (lambda kept: replace(kept, source=Share(19, 23, 0.6, 0.9)), "source left out"),
        (lambda kept: replace(kept, negatives=Wrong(285, ("x",))), "1 negatives"),
        (lambda kept: replace(kept, ham=Wrong(4150, ("a", "b", "c"))), "3 of 4150 ham"),
    ],
)
def test_a_promise_that_does_not_hold_is_named(
    figures: Figures, change: Callable[[Figures], Figures], words: str
) -> None:
    """Each promise has a line of its own."""
    found = list(broken(change(_kept(figures))))
    assert len(found) == 1
    assert words in found[0]


def test_mislabelled_negatives_are_counted_apart(figures: Figures) -> None:
    """What is argued about breaks no promise, and is printed with the argument."""
    argued = replace(
        _kept(figures),
        negatives=Wrong(285, (), ("negatives/x",)),
        argued=(("negatives/x", "a job", "pitch 9"),),
    )
    assert not list(broken(argued, Promises()))
    assert any("negatives/x (pitch 9): a job" in line for line in lines(argued))


def test_a_mislabelled_pitch_is_no_miss(figures: Figures) -> None:
    """A positive that is argued about is taken out of the recall, and stays in the report."""
    found = sets.Sets((sets.Sample("positives/x", b"Subject: a\n\nb\n", sets.CORE, "p"),), (), True)
    cards = {"passive": load_scorecard("passive")}
    assert measure(found, cards, {}).core.of == 1
    argued = measure(found, cards, {"positives/x": "no pitch", "positives/y": "gone"})
    assert argued.core.of == argued.dropped.of == argued.source.of == 0
    assert argued.argued == (
        ("positives/x", "no pitch", "pitch 0"),
        ("positives/y", "gone", "no such message at hand"),
    )


def test_a_share_names_what_was_missed() -> None:
    """Counts and names come from the same list."""
    found = share([("a", True), ("b", False)])
    assert (found.count, found.of, found.missed, found.value) == (1, 2, ("b",), 0.5)
    assert share([]).value == 0.0


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("github.com/one/two/data/spam-4.txt@3fdeb4d", "github.com/one/two"),
        ("github.com/one/two data/raw/ham/1.txt@b4f (Enron)", "github.com/one/two"),
        ("https://github.com/one/two/issues/142", "github.com/one/two"),
        ("npm @stdlib/set 0.2.3 data/spam-2/1.txt", "npm @stdlib/set"),
        ("a list of mails", "a"),
    ],
)
def test_a_source_is_a_repository_or_package(text: str, source: str) -> None:
    """What one person collected is left out together."""
    assert sets.source_of(text) == source


def test_own_mail_is_found_by_its_labels(tmp_path: Path) -> None:
    """A file is named with its folder or without; what is not in the table is not measured."""
    for folder in ("ham", "pitch"):
        (tmp_path / folder).mkdir()
    (tmp_path / "pitch" / "one.eml").write_bytes(b"Subject: a\n\nb\n")
    (tmp_path / "ham" / "two.eml").write_bytes(b"Subject: a\n\nb\n")
    (tmp_path / "LABELS.tsv").write_text(
        "file\tclass\tkind\tsource-shape\tlanguage\tnote\n"
        "one.eml\tblast\tblast\tform\ten\t\n"
        "ham/two.eml\tinvoice\t\tletter\ten\t\n",
        "utf-8",
    )
    found = sets.own_mail(tmp_path)
    assert [(one.name, one.group, one.label, one.source) for one in found] == [
        ("mail/pitch/one.eml", sets.OWN_PITCH, "blast", "form"),
        ("mail/ham/two.eml", sets.OWN_HAM, "invoice", "letter"),
    ]


def test_collectors_fields_are_no_part_of_a_mail() -> None:
    """They go from the top, folded lines included; a body keeps what it quotes."""
    raw = b"X-Corpus-Class: a\n b\nx-corpus-kind: c\nSubject: d\n\nX-Corpus-Class: e\n"
    assert without_corpus_fields(raw) == b"Subject: d\n\nX-Corpus-Class: e\n"
    assert without_mbox_line(b"From a@b Mon\nSubject: d\n") == b"Subject: d\n"
    assert without_mbox_line(b"From: a@b\n") == b"From: a@b\n"


def test_the_table_of_arguments_names_files_and_reasons(tmp_path: Path) -> None:
    """A file, a tab, an argument."""
    file = tmp_path / "mislabelled.tsv"
    file.write_text('file\targument\nnegatives/a.eml\tit offers a "job"\n', "utf-8")
    assert sets.mislabelled(file) == {"negatives/a.eml": 'it offers a "job"'}
    assert sets.mislabelled(tmp_path / "none.tsv") == {}
    assert all(sets.mislabelled().values())
