"""From a name to the effective policy."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coldstop.policy import model
from coldstop.policy.effective import FOLDERS, REJECT_TEXT
from coldstop.policy.errors import Code, PolicyError, PolicyErrors
from coldstop.policy.limits import LIMITS, Limits
from coldstop.policy.lint import lint
from coldstop.policy.load import Library, load_policy, load_text
from coldstop.policy.model import SearchState, Verdict
from coldstop.resources import shipped_policies
from support.stopwatch import cpu_seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

SMALL = """\
coldstop: 1
pitch: {threshold: 1}
ladder: {10: file Recruiters, 0: keep, 6: tag}
rules:
  says-job: {when: {text: job}, pitch: 1}
  cold: {when: {text: [a, b]}, points: 10, reason: "it's cold"}
"""


def errors_of(text: str) -> list[str]:
    """Load a text that must be refused; give the findings as `line:column code`."""
    with pytest.raises(PolicyErrors) as caught:
        load_text(text)
    return [f"{error.line}:{error.column} {error.code}" for error in caught.value.errors]


def test_a_policy_becomes_typed_data() -> None:
    """Numbers, days, verdicts and defaults come out typed; the ladder ascends."""
    policy = load_text(
        SMALL + "reader: {search: {state: active, until: 2027-03-01}, names: Ray}\n"
        "lists: {friends: [James Serra]}\n"
        "stopped: [{who: x.example, on: 2026-01-02, grace: 10bd}]\n"
        "trust: {authserv: mx.example}\nfolders: {trash: Bin}\n"
    )
    assert [score for score, _ in policy.ladder] == [0, 6, 10]
    assert policy.ladder[2][1].verdict is Verdict.FILE
    assert policy.ladder[2][1].folder == "Recruiters"
    assert policy.reader.names == ("Ray",)
    assert policy.reader.search is not None
    assert policy.reader.search.until == dt.date(2027, 3, 1)
    assert policy.reader.search.then is SearchState.NONE
    assert policy.lists == {"friends": ("James Serra",)}
    assert policy.stopped[0].grace == "10bd"
    assert policy.trust.authserv == ("mx.example",)
    assert policy.folders == FOLDERS.model_copy(update={"trash": "Bin"})
    assert policy.reject_text == REJECT_TEXT
    assert policy.threshold == 1
    assert list(policy.rules) == ["says-job", "cold"]


def test_origins_name_file_line_and_column() -> None:
    """Every effective value knows where it stands: texts themselves, the rest by its key."""
    policy = load_text(SMALL + 'lists:\n  friends:\n    - "James Serra"\n', "small.yaml")
    places = {path: (at.line, at.column) for path, at in policy.origins.items()}
    assert places["rules", "cold", "points"] == (6, 40)
    assert places["rules", "cold"] == (6, 3)
    assert places["rules", "cold", "when", "text", "1"] == (6, 27)
    assert places["ladder", "10"] == (3, 14)
    assert places["lists", "friends", "James Serra"] == (9, 7)
    assert str(policy.origins["rules", "cold", "points"]) == "small.yaml:6"
    assert len(policy.origins) == len(places)


def test_rules_that_are_off_are_left_out() -> None:
    """A rule that is off is no rule, but the policy knows that and where it was switched off."""
    policy = load_text(SMALL + "  gone: {when: {text: x}, points: 1, off: true}\n")
    assert "gone" not in policy.rules
    assert str(policy.off["gone"]) == "inline:7"


def test_shipped_policies_load_by_their_short_names(tmp_path: Path) -> None:
    """`strict`, `presets/strict`, `presets/strict.yaml`: one policy, any spelling."""
    for name in shipped_policies():
        stem = name.removesuffix(".yaml")
        loaded = [load_policy(n) for n in (name, stem, stem.split("/")[1])]
        assert len({policy.files for policy in loaded}) == 1
        assert loaded[0].main.name == f"policies/{name}"


def test_a_path_is_a_path_first_and_a_word_a_shipped_policy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file named like a shipped policy hides it only where the name is written as a path."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "strict.yaml").write_text(SMALL + "name: mine\n")
    (tmp_path / "own").write_text(SMALL + "name: mine\n")
    assert load_policy("strict").name == "strict"
    assert load_policy("strict.yaml").name == "mine"
    assert load_policy("./strict.yaml").main.name == "strict.yaml"
    assert load_policy("own").name == "mine"
    assert load_policy(str(tmp_path / "strict")).name == "mine"


@pytest.mark.parametrize("name", ["nothere", "./nothere.yaml", "", "a\0b", "x" * 5000, "../x.yaml"])
def test_missing_policies_are_unreadable(name: str, tmp_path: Path) -> None:
    """A name without a file is refused, with the names that there are."""
    with pytest.raises(PolicyErrors) as caught:
        load_policy(name)
    (error,) = caught.value.errors
    assert (error.code, error.line, error.column) == (Code.UNREADABLE, 1, 1)


def test_folders_and_protected_files_are_unreadable(tmp_path: Path) -> None:
    """What is there but no file that can be read is refused, too."""
    loop = tmp_path / "loop.yaml"
    loop.symlink_to(loop)
    for path in (tmp_path, loop):
        with pytest.raises(PolicyErrors) as caught:
            load_policy(str(path))
        assert [error.code for error in caught.value.errors] == [Code.UNREADABLE]


def test_the_shipped_folder_cannot_be_left_by_name(tmp_path: Path) -> None:
    """A shipped name that climbs out of the shipped folder is no shipped name."""
    with pytest.raises(PolicyErrors):
        load_text("coldstop: 1\nextends: presets/../../pyproject.toml\n")


def test_size_is_refused_before_reading(tmp_path: Path) -> None:
    """A file past the limit is refused as too large, whatever is in it."""
    big = tmp_path / "big.yaml"
    big.write_bytes(b"\xff" * (LIMITS.file_bytes + 1))
    with pytest.raises(PolicyErrors) as caught:
        load_policy(str(big))
    assert [error.code for error in caught.value.errors] == [Code.TOO_LARGE]


def test_extends_looks_beside_the_file_first(tmp_path: Path) -> None:
    """What is extended lies beside the file, or else among the shipped policies."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "base.yaml").write_text(SMALL)
    (tmp_path / "sub" / "a.yaml").write_text("coldstop: 1\nextends: base\n")
    (tmp_path / "b.yml").write_text("coldstop: 1\nextends: [sub/a, ../nothere.yaml]\n")
    (tmp_path / "c.yaml").write_text("coldstop: 1\nextends: [sub/a, presets/strict]\n")
    with pytest.raises(PolicyErrors) as caught:
        load_policy(str(tmp_path / "b.yml"))
    assert [(e.code, e.line, e.column) for e in caught.value.errors] == [
        (Code.EXTENDS_MISSING, 2, 18)
    ]
    policy = load_policy(str(tmp_path / "c.yaml"))
    names = [path.name for path in policy.files]
    assert names[0] == "base.yaml"
    assert names[-1] == "c.yaml"
    assert policy.origins["rules", "says-job"].file == str(tmp_path / "sub" / "base.yaml")
    assert policy.origins["ladder", "0"].file == "policies/presets/strict.yaml"


def test_findings_of_all_files_come_at_once(tmp_path: Path) -> None:
    """A slip in a base and another one in what extends it are reported together."""
    (tmp_path / "a.yaml").write_text("coldstop: 1\nnmae: a\n")
    (tmp_path / "b.yaml").write_text("coldstop: 1\nextends: a.yaml\nladdr: {}\n")
    with pytest.raises(PolicyErrors) as caught:
        load_policy(str(tmp_path / "b.yaml"))
    assert [Path(error.file).name for error in caught.value.errors] == ["a.yaml", "b.yaml"]


def chain(folder: Path, length: int) -> Path:
    """Write policies of which each extends the next one; give the first."""
    for number in range(1, length):
        text = f"coldstop: 1\nextends: p{number + 1}.yaml\n"
        (folder / f"p{number}.yaml").write_text(text)
    (folder / f"p{length}.yaml").write_text(SMALL)
    return folder / "p1.yaml"


def test_depth_of_extends_limit(tmp_path: Path) -> None:
    """Policies may extend one another in a row as long as the limit, and not one more."""
    assert len(load_policy(str(chain(tmp_path, LIMITS.extends_depth))).files) == 8
    with pytest.raises(PolicyErrors) as caught:
        load_policy(str(chain(tmp_path, LIMITS.extends_depth + 1)))
    (error,) = caught.value.errors
    assert error.code is Code.EXTENDS_TOO_DEEP
    assert Path(error.file).name == "p8.yaml"


def test_number_of_files_limit(tmp_path: Path) -> None:
    """A policy may be made of as many files as the limit, and not one more."""
    for number in range(4):
        (tmp_path / f"l{number}.yaml").write_text(f"coldstop: 1\nlists: {{l{number}: [a]}}\n")
    limits = Limits(files=4)
    for number, good in ((3, True), (4, False)):
        names = ", ".join(f"l{n}.yaml" for n in range(number))
        top = tmp_path / "top.yaml"
        top.write_text(f"{SMALL}extends: [{names}]\n")
        if good:
            assert len(Library(limits).load(str(top)).files) == 4
        else:
            with pytest.raises(PolicyErrors) as caught:
                Library(limits).load(str(top))
            assert [(e.code, e.line) for e in caught.value.errors] == [(Code.TOO_MANY_FILES, 7)]


def test_long_circles_are_named(tmp_path: Path) -> None:
    """A circle of three is refused at the reference that closes it, with its members."""
    for one, other in (("a", "b"), ("b", "c"), ("c", "a")):
        (tmp_path / f"{one}.yaml").write_text(f"coldstop: 1\nextends: {other}.yaml\n")
    with pytest.raises(PolicyErrors) as caught:
        load_policy(str(tmp_path / "a.yaml"))
    (error,) = caught.value.errors
    assert error.code is Code.EXTENDS_CYCLE
    assert Path(error.file).name == "c.yaml"
    assert "a.yaml extends b.yaml extends c.yaml extends a.yaml" in error.message


def test_names_come_from_the_file(tmp_path: Path) -> None:
    """A policy without a name goes by its file's, made fit to be one."""
    for file, name in (("Ray's policy.yaml", "ray-s-policy"), ("2.yaml", "policy")):
        (tmp_path / file).write_text(SMALL)
        assert load_policy(str(tmp_path / file)).name == name


def test_cases_know_their_folder(tmp_path: Path) -> None:
    """Mail files are relative to the file that the case stands in; cases are not inherited."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "base.yaml").write_text(SMALL + "cases: [{mail: x.eml, expect: keep}]\n")
    top = tmp_path / "top.yaml"
    top.write_text("coldstop: 1\nextends: sub/base.yaml\ncases:\n  - {mail: y.eml, expect: tag}\n")
    policy = load_policy(str(top))
    (case,) = policy.cases
    assert case.case.mail == "y.eml"
    assert case.folder == tmp_path
    assert str(case.origin) == f"{top}:4"
    assert load_policy(str(tmp_path / "sub" / "base.yaml")).cases[0].folder == tmp_path / "sub"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("points: 10", "points: 11"),
        ("threshold: 1", "threshold: 2"),
        ("text: job", "text: jobs"),
        ("6: tag", "7: tag"),
        ("it's cold", "it is cold"),
    ],
)
def test_revision_changes_with_the_content(old: str, new: str) -> None:
    """Whatever decides or explains a judgement changes the revision."""
    assert load_text(SMALL.replace(old, new)).revision != load_text(SMALL).revision


def test_revision_does_not_change_with_the_form(tmp_path: Path) -> None:
    """Comments, names, cases, the order of keys and a split over files leave the revision alone."""
    plain = load_text(SMALL)
    assert len(plain.revision) == 12
    other = SMALL.replace(
        "10: file Recruiters, 0: keep", "0: keep, 10: {verdict: file, folder: Recruiters}"
    )
    other = other.replace("  cold:", "  # a comment\n  cold:").replace("text: job", "text: [job]")
    other += "name: other\ndescription: x\ncases: [{mail: x, expect: keep}]\n"
    assert load_text(other, "x.yaml").revision == plain.revision
    (tmp_path / "base.yaml").write_text(SMALL.replace("points: 10", "points: 3"))
    (tmp_path / "top.yaml").write_text(
        "coldstop: 1\nextends: base.yaml\nrules: {cold: {points: 10}}\n"
    )
    assert load_policy(str(tmp_path / "top.yaml")).revision == plain.revision


def test_blocks_of_text_lose_their_last_line_end() -> None:
    """A folded block is one line of text; a block of several lines is no reason."""
    text = SMALL.replace('"it\'s cold"}', "x}") + "  b:\n    when: {text: x}\n    points: 1\n"
    policy = load_text(text + "    reason: >\n      two\n      lines\n")
    assert policy.rules["b"].reason == "two lines"
    assert errors_of(text + "    reason: |\n      two\n      lines\n") == ["10:13 bad-value"]


def test_a_missing_value_is_reported_once() -> None:
    """What the reader of YAML found is not found again by the model."""
    assert errors_of("coldstop: 1\nrules:\n  a:\n    when:\n    points:\n") == [
        "4:5 missing-value",
        "5:5 missing-value",
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[a, b]", "1:1 wrong-shape"),
        ("just text", "1:1 wrong-shape"),
        ("coldstop: 1\nextends: {a: b}\n", "2:1 wrong-shape"),
        ("coldstop: 1\nextends: ['']\n", "2:11 missing-value"),
        ("coldstop: 1\nrules: []\n", "2:1 wrong-shape"),
        ("coldstop: 1\nrules: {a: []}\n", "2:9 wrong-shape"),
        ("coldstop: 1\nrules: {a: {when: {text: []}}}\n", "2:20 missing-value"),
        ("coldstop: 1\nrules: {a: {points: [1]}}\n", "2:13 wrong-shape"),
        ("coldstop: 1\nrules: {a: {points: 1234567890}}\n", "2:21 bad-value"),
        ("coldstop: 1\nrules: {a: {off: [true]}}\n", "2:13 wrong-shape"),
        ("coldstop: 1\nrules: {a: {cap: 0}}\n", "2:18 out-of-range"),
        ("coldstop: 1\nrules: {a: {sieve: maybe}}\n", "2:20 bad-value"),
        ("coldstop: 1\nrules: {a: {sieve: {}}}\n", "2:13 wrong-shape"),
        ("coldstop: 1\nrules: {a: {when: {all: []}}}\n", "2:20 missing-value"),
        ("coldstop: 1\nrules: {a: {when: {}}}\n", "2:13 bad-condition"),
        ("coldstop: 1\nrules: {a: {when: {date: {from: 20270101}}}}\n", "2:33 bad-value"),
        ("coldstop: 1\nrules: {a: {when: {date: {from: [x]}}}}\n", "2:27 wrong-shape"),
        ("coldstop: 1\nrules: {a: {when: {date: {}}}}\n", "2:20 contradiction"),
        ("coldstop: 1\nrules: {a: {when: {not: {rule: A}}}}\n", "2:32 bad-name"),
        ("coldstop: 1\nreader: {search: [active]}\n", "2:10 wrong-shape"),
        ("coldstop: 1\nladder: {}\n", "2:1 missing-value"),
        (
            f"coldstop: 1\nladder: {{{', '.join(f'{n}: tag' for n in range(21))}}}\n",
            "2:1 out-of-range",
        ),
        ("coldstop: 1\nladder: {0: {}}\n", "2:10 missing-key"),
        ("coldstop: 1\nfolders: {file: ' '}\n", "2:17 bad-value"),
        (f"coldstop: 1\ndescription: {'x' * 20_001}\n", "2:14 out-of-range"),
        ("coldstop: 1\nstopped: [{who: x, on: 2026-01-01, grace: 2w}]\n", "2:43 bad-value"),
        ("coldstop: 1\ncases: [{mail: [], expect: tag}]\n", "2:10 wrong-shape"),
        (
            "coldstop: 1\ncases: [{mail: {from: a, headers: {a: []}}, expect: tag}]\n",
            "2:36 wrong-shape",
        ),
    ],
)
def test_findings_of_the_model_are_at_their_place(text: str, place: str) -> None:
    """Each kind of wrong value is reported once, at its node."""
    assert errors_of(text) == [place]


def test_large_policies_load_quickly(tmp_path: Path) -> None:
    """A policy with 20,000 phrases loads in half a second."""
    phrases = "".join(f'    - "we {{0-3 words}} (met|saw) {n}"\n' for n in range(20_000))
    path = tmp_path / "large.yaml"
    path.write_text(f"{SMALL}lists:\n  big:\n{phrases}")
    assert len(load_policy(str(path)).lists["big"]) == 20_000
    assert cpu_seconds(lambda: load_policy(str(path)), 0.5) < 0.5


# --- whatever the text ----------------------------------------------------------------------

WORDS = (
    *model.PolicyFile.model_fields,
    *("from", "is", "not", "as", "state", "until", "who", "on", "add", "remove", "threshold"),
    *model.CONDITION_KEYS,
    *model.RulePart.model_fields,
    *("verdict", "folder", "in", "zone", "contains", "phrase", "authserv", "reject", "x y"),
)
SCALARS = st.sampled_from(
    [
        *("", "x", "1", "-4", "012", "99999999999", "true", "yes", "2027-03-01", "2027-99-99"),
        *("own", "tag", "file A", "fiel", "stranger", "job", "@x", "(a|b", "14d", "a@b.example"),
        *("strict", "cold", "bad\nline", "\t", "é" * 300, "0", "+0"),
    ]
)
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(WORDS) | SCALARS, inner, max_size=4)
    ),
    max_leaves=15,
)


def findings(text: str) -> Sequence[PolicyError]:
    """Load and lint; there is no third way out, and no refusal without a reason."""
    try:
        return lint(load_text(text))
    except PolicyErrors as refusal:
        return refusal.errors or [PolicyError(Code.EMPTY, "", 0, 0, "")]


def spots(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Give the path of every value."""
    found = [path]
    items = (
        data.items()
        if isinstance(data, dict)
        else enumerate(data)
        if isinstance(data, list)
        else ()
    )
    for key, value in items:
        found += spots(value, (*path, key))
    return found


FULL: dict[str, Any] = {
    "coldstop": "1",
    "name": "full",
    "extends": [],
    "reader": {
        "names": ["Ray"],
        "commute": {"from": "Albany, NY", "miles": "40"},
        "search": {"state": "active", "until": "2027-01-01", "then": "none"},
    },
    "lists": {
        "x": ["a", {"phrase": "b", "example": "b", "kind": "job", "language": "de"}],
        "y": {
            "about": {"reason": "r", "category": "relay", "seen": "2026-11"},
            "add": [
                "c",
                {"domain": "a.example", "source": "https://a.example/", "seen": "2026-11-03"},
            ],
            "remove": ["d"],
        },
    },
    "rules": {
        "a": {"when": {"text": ["x"], "zone": "own"}, "points": "1", "sieve": "omit"},
        "b": {
            "when": {
                "all": [{"any": [{"rule": "a"}, {"kind": ["job"]}]}, {"not": {"work": "remote"}}]
            },
            "points_each": "1",
            "cap": "3",
        },
        "c": {"when": {"header": "X", "is": ["y"]}, "at_least": "file", "at_most": "trash"},
        "d": {"when": {"address": "from", "in": ["@x", "a.example"]}, "pitch": "1", "kind": "job"},
        "e": {"when": {"date": {"from": "2026-01-01"}}, "points": "1"},
    },
    "pitch": {"threshold": "1"},
    "ladder": {"0": "keep", "3": {"verdict": "file", "folder": "A"}},
    "folders": {"file": "A"},
    "stopped": [{"who": "a@b.example", "on": "2026-01-01", "grace": "14d", "times": "2"}],
    "trust": {"authserv": ["mx.example"]},
    "reply": {
        "reject": "no",
        "sieve": "reject",
        "decline": "thanks",
        "decline_on": ["tag"],
        "decline_days": "9",
        "decline_subject": "hi",
    },
    "lock": ["ladder", "rules.a"],
    "cases": [
        {"mail": {"from": "a", "subject": "b"}, "as": "stated", "expect": "keep", "because": ["a"]}
    ],
}


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_change_loads_or_is_refused_in_our_words(data: st.DataObject) -> None:
    """A policy with anything put anywhere loads and lints, or is refused in words for people."""
    policy = json.loads(json.dumps(FULL))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(spots(policy)[1:]))
        inner = policy
        for key in path[:-1]:
            inner = inner[key]
        if isinstance(inner, dict) and data.draw(st.booleans()):
            value = inner.pop(path[-1])
            inner[data.draw(st.sampled_from(WORDS))] = value
        else:
            inner[path[-1]] = data.draw(ANYTHING)
    text = json.dumps(policy, indent=1, ensure_ascii=False)
    lines = text.count("\n") + 1
    for error in findings(text):
        said = f"{error.message} {error.hint}"
        assert error.message
        assert "Input should" not in said
        assert "Value error" not in said
        assert "is not what is expected here" not in said
        assert error.file != "inline" or 1 <= error.line <= lines


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *("coldstop: 1\n", "rules:\n", "  a: ", "  ", "lists: ", "reader: ", "{", "}", "["),
                *("]", ": ", ", ", "- ", "\n", "when", "text", "points", "1", "x", "'", '"', "#"),
                *("extends: ", "strict", "ladder: ", "pitch: {threshold: 1}\n", "lock: ", "null"),
                *("@x", "cases:\n", "&a", "*a", "!", "\t", "é", "stopped: ", "0: keep"),
            ]
        ),
        max_size=30,
    ).map("".join)
)
def test_any_text_loads_or_is_refused(text: str) -> None:
    """Whatever stands in a file, loading gives a policy or PolicyErrors."""
    assert all(error.line >= 1 and error.column >= 1 for error in findings(text))
