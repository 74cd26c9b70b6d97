"""Our result headers: one form, printable, and forged ones found in any case."""

from __future__ import annotations

import email.header
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from coldstop.daemon.headers import Forged, fold, folder_value, headers_for, no_verdict
from coldstop.daemon.limits import LIMITS
from coldstop.policy.model import Verdict
from coldstop.scorecard.judgement import Fired, Judgement

ANYTHING = st.text(st.characters(codec=None), max_size=120)


def judgement(**changes: object) -> Judgement:
    """Make a judgement, with some fields set."""
    values: dict[str, object] = {
        "recruiting": True,
        "pitch": 9,
        "kind": "job",
        "objections": 18,
        "credits": 4,
        "score": 14,
        "verdict": Verdict.FILE,
        "folder": "Recruiters",
        "fired": (
            Fired("cold", "objection", 10, (), "I do not know you"),
            Fired("met", "credit", -4, (), ""),
        ),
        "defects": (),
        "policy": "passive",
        "revision": "0123456789ab",
        **changes,
    }
    return Judgement(**values)  # type: ignore[arg-type]


def test_a_judgement_is_told_in_six_headers() -> None:
    """Verdict, folder, score, pitch, rules and policy each have their own header."""
    assert headers_for(judgement()) == (
        ("X-Coldstop-Verdict", "file"),
        ("X-Coldstop-Folder", "Recruiters"),
        ("X-Coldstop-Score", "14; objections=18; credits=4"),
        ("X-Coldstop-Pitch", "9; kind=job"),
        ("X-Coldstop-Rules", "cold=10, met=-4"),
        ("X-Coldstop-Policy", "passive; revision=0123456789ab"),
    )


def test_a_plain_message_has_four_headers() -> None:
    """Without a folder, a kind and fired rules only what is always told is written."""
    plain = judgement(verdict=Verdict.KEEP, folder="", fired=(), kind="", recruiting=False, pitch=0)
    assert [name for name, _ in headers_for(plain)] == [
        "X-Coldstop-Verdict",
        "X-Coldstop-Score",
        "X-Coldstop-Pitch",
        "X-Coldstop-Policy",
    ]


def test_the_brief_form_has_what_filing_needs() -> None:
    """`headers: verdict` tells verdict and folder, and neither score nor rules nor policy."""
    assert headers_for(judgement(), brief=True) == (
        ("X-Coldstop-Verdict", "file"),
        ("X-Coldstop-Folder", "Recruiters"),
    )
    assert headers_for(judgement(), observe=True, brief=True)[0][1] == "observe; would=file"


def test_observing_is_told_apart_from_acting() -> None:
    """With observe the verdict is in no form that the Sieve snippet acts on."""
    headers = dict(headers_for(judgement(), observe=True))
    assert headers["X-Coldstop-Verdict"] == "observe; would=file"
    assert no_verdict() == (("X-Coldstop-Verdict", "none"),)


@settings(max_examples=150, deadline=None)
@given(ANYTHING, ANYTHING, ANYTHING, ANYTHING)
def test_no_text_breaks_out_of_a_header(name: str, folder: str, kind: str, rule: str) -> None:
    """Whatever stands in a policy, values are printable ASCII, folded only with tabs (H10)."""
    made = headers_for(
        judgement(
            policy=name, folder=folder, kind=kind, fired=(Fired(rule, "objection", 1, (), ""),) * 30
        )
    )
    for _, value in made:
        for line in value.split("\n"):
            assert re.fullmatch(r"\t?[\x20-\x7e]*", line), value
            assert len(line) <= 998 - len("X-Coldstop-Verdict: ")
        assert "\n" not in value.replace("\n\t", "")


def test_rules_are_folded_and_counted() -> None:
    """Many rules are folded into short lines, and at most the limit of them is named."""
    fired = tuple(Fired(f"rule-{n}", "objection", 1, (), "") for n in range(LIMITS.rules_shown))
    value = dict(headers_for(judgement(fired=fired)))["X-Coldstop-Rules"]
    assert value.count("=") == LIMITS.rules_shown
    assert "more" not in value
    assert max(map(len, value.split("\n"))) <= LIMITS.header_line + 1
    more = (*fired, Fired("extra", "objection", 1, (), ""))
    assert dict(headers_for(judgement(fired=more)))["X-Coldstop-Rules"].endswith("and 1 more")


@settings(max_examples=80, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=80))
def test_a_folder_comes_back_as_it_was(folder: str) -> None:
    """A reader of RFC 2047 words gets the folder's own name."""
    value = folder_value(folder)
    pieces = [
        piece if isinstance(piece, str) else piece.decode(charset or "ascii")
        for piece, charset in email.header.decode_header(value.replace("\n\t", "\n "))
    ]
    assert "".join(pieces) == folder


def test_forged_headers_are_counted_in_any_case_and_removed_downwards() -> None:
    """Every name with our prefix counts, and the highest index comes first (H5)."""
    forged = Forged()
    for name in (
        "X-Coldstop-Verdict",
        "x-COLDSTOP-verdict",
        "X-Coldstop-Else",
        "X-Cold",
        "Subject",
    ):
        forged.note(name)
    assert forged.total == 3
    assert list(forged.removals()) == [
        ("x-coldstop-verdict", 2),
        ("x-coldstop-verdict", 1),
        ("x-coldstop-else", 1),
    ]


def test_folding_keeps_every_item() -> None:
    """What is folded reads the same without its line ends."""
    items = [f"item-{n}=1" for n in range(50)]
    assert fold(items).replace("\n\t", " ") == ", ".join(items)
