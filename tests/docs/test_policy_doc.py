"""docs/policy.md keeps its word: its examples load, its tables hold, its commands print that.

The conventions are written in a comment at the top of the document. One module reads them all, so
that a new example is tested by being written.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
import shutil
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from coldstop.cli.app import app
from coldstop.lexicon.fold import fold
from coldstop.lexicon.limits import LIMITS as LEXICON
from coldstop.lexicon.match import Matcher
from coldstop.lexicon.phrase import parse
from coldstop.message.limits import LIMITS as MESSAGE
from coldstop.policy import model
from coldstop.policy.check_lists import NEEDS
from coldstop.policy.errors import Code, PolicyErrors, Severity
from coldstop.policy.limits import LIMITS
from coldstop.policy.lint import lint
from coldstop.policy.load import load_policy, load_text
from coldstop.resources import shipped
from coldstop.scorecard.cases import run_cases
from coldstop.scorecard.resolve import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "policy.md"
TODAY = dt.date(2026, 6, 1)
HEAD = "coldstop: 1\nextends: presets/passive.yaml\n"
FAMILIES = ("SQL Saturday", "#SQLFamily")

_FENCE = re.compile(
    r"(?:^<!-- example: (?P<notes>[^\n]*) -->\n)?^```(?P<kind>\w+)\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Example:
    """One fence, with what the comment in front of it says."""

    line: int
    kind: str
    body: str
    notes: dict[str, tuple[str, ...]]

    @property
    def whole(self) -> bool:
        """Whether it is a policy and not a part of one."""
        return self.body.startswith("coldstop:")

    @property
    def policy(self) -> str:
        """The policy to load; a part is put under a preset."""
        return self.body if self.whole else HEAD + self.body

    def __str__(self) -> str:
        return f"{self.kind}-line-{self.line}"


@functools.cache
def text() -> str:
    """The document."""
    return DOCUMENT.read_text(encoding="utf-8")


@functools.cache
def examples() -> tuple[Example, ...]:
    """Every fence of the document."""
    return tuple(_examples())


def _examples() -> Iterator[Example]:
    for found in _FENCE.finditer(text()):
        notes = {}
        for note in (found["notes"] or "").split(";"):
            word, *rest = note.split() or [""]
            notes[word] = tuple(rest)
        line = text()[: found.start("body")].count("\n")
        yield Example(line, found["kind"], found["body"], notes)


def of_kind(kind: str, *, conditions: bool = False) -> list[Example]:
    """The examples of one kind."""
    return [
        one for one in examples() if one.kind == kind and ("conditions" in one.notes) is conditions
    ]


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with all files that the document writes, and the shipped policies."""
    for one in examples():
        for name in one.notes.get("file", ()):
            (tmp_path / name).write_text(one.policy if one.kind == "yaml" else one.body, "utf-8")
    shutil.copytree(shipped("policies"), tmp_path / "policies")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def findings(example: Example) -> tuple[list[str], list[str]]:
    """The codes of the errors and of the warnings that an example gives."""
    try:
        policy = load_text(example.policy, "example.yaml")
        found = lint(policy)
    except PolicyErrors as errors:
        return sorted(one.code.value for one in errors.errors), []
    errors_ = sorted(one.code.value for one in found if one.severity is Severity.ERROR)
    warnings = sorted(one.code.value for one in found if one.severity is Severity.WARNING)
    if not errors_:
        card = resolve(policy)
        failed = [result for result in run_cases(card, TODAY) if not result.ok]
        assert bool(failed) is ("fails" in example.notes), failed
    return errors_, warnings


@pytest.mark.parametrize("example", of_kind("yaml"), ids=str)
def test_every_example_loads_and_keeps_its_promises(example: Example, beside: Path) -> None:
    """An example has the findings that its comment names, and its cases hold."""
    errors, warnings = findings(example)
    assert set(errors) == set(example.notes.get("refused", ())), errors
    assert set(warnings) == set(example.notes.get("warns", ())), warnings


@pytest.mark.parametrize("example", of_kind("yaml", conditions=True), ids=str)
def test_every_condition_is_one(example: Example) -> None:
    """Each line of a fence of conditions can stand in a rule."""
    lists = f"lists: {{families: [{FAMILIES[0]}, '{FAMILIES[1]}']}}\n"
    rules = "".join(
        f"  example-{number}: {{when: {line}, points: 1, sieve: omit}}\n"
        for number, line in enumerate(example.body.splitlines())
    )
    policy = load_text(HEAD + lists + "rules:\n" + rules)
    assert [one for one in lint(policy) if one.severity is Severity.ERROR] == []
    resolve(policy)


def phrase_rows() -> list[tuple[str, str, bool]]:
    """(phrase, text, whether it is found) of the table of phrases."""
    table = text().partition("<!-- phrases -->\n")[2].partition("\n\n")[0]
    rows = []
    for row in table.splitlines()[2:]:
        phrase, matches, others = (
            [span.replace("\\|", "|") for span in re.findall(r"`([^`]+)`", cell)]
            for cell in re.split(r"(?<!\\)\|", row)[1:-1]
        )
        assert len(phrase) == 1, row
        assert matches, row
        assert others, row
        rows += [(phrase[0], one, True) for one in matches]
        rows += [(phrase[0], one, False) for one in others]
    return rows


@pytest.mark.parametrize(("phrase", "sample", "found"), phrase_rows())
def test_every_phrase_of_the_table_is_true(phrase: str, sample: str, found: bool) -> None:
    """A phrase is found in what stands under "matches" and in nothing that stands beside it."""
    matcher = Matcher([parse(phrase, {"families": FAMILIES})])
    assert bool(matcher.scan(fold(sample.encode()))) is found


def test_the_tables_of_phrases_have_every_construct() -> None:
    """What the phrase parser's own manual shows stands in the document, too."""
    assert len(phrase_rows()) > 40
    for construct in (
        "(a\\|b)",
        "(a)?",
        "a*",
        "{0-3 words}",
        "{number}",
        "{number >= 100}",
        "@name",
    ):
        assert f"`{construct}`" in text()


# --- nothing of the language is left out ----------------------------------------------------


def mentioned() -> set[str]:
    """Every word that stands in a code span."""
    prose = _FENCE.sub("", text())
    return {
        word for span in re.findall(r"`([^`\n]+)`", prose) for word in re.findall(r"[\w-]+", span)
    }


def fields() -> list[str]:
    """`Model.key` for every key that a policy may have, as it is written in YAML."""
    return [
        f"{name}.{field.alias or key}"
        for name, kind in vars(model).items()
        if isinstance(kind, type) and issubclass(kind, model.Model) and kind is not model.Model
        for key, field in kind.model_fields.items()
    ]


def test_every_key_is_explained() -> None:
    """No key of any part of a policy is missing."""
    known = mentioned()
    assert [field for field in fields() if field.rpartition(".")[2] not in known] == []


def test_every_value_is_explained() -> None:
    """Kinds of test, verdicts, tiers, kinds of pitch, zones, states, fields and codes all stand."""
    known = mentioned()
    words: list[str] = [*model.CONDITION_KEYS]
    for values in (
        model.Verdict,
        model.Tier,
        model.Kind,
        model.Zone,
        model.SearchState,
        model.AddressField,
        Code,
    ):
        words += [value.value for value in values]
    assert [word for word in words if word not in known] == []


def test_every_test_has_a_section() -> None:
    """Each kind of test has a heading of its own; the joins stand in a table."""
    headings = set(re.findall(r"^### (\S+)$", text(), re.MULTILINE))
    assert set(model.CONDITION_KEYS) - headings == {"all", "any", "not"}


def test_every_list_that_matters_is_explained() -> None:
    """Lists that tests lean on, and those that people fill, are all named."""
    known = mentioned()
    leaned_on = {name for lists in NEEDS.values() for name in lists}
    to_fill = load_policy("passive").main.extends[0].file.lists
    assert leaned_on | set(to_fill) <= known


def test_verdicts_stand_in_their_order() -> None:
    """The table of verdicts goes from mild to harsh, as the ladder does."""
    table = text().partition("\n## Verdicts\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert rows == [verdict.value for verdict in model.Verdict]


def test_limits_are_those_of_the_code() -> None:
    """The table of limits tells the figures that are enforced."""
    table = text().partition("\n## Limits\n")[2].partition("\n## ")[0]
    assert (LIMITS.file_bytes, MESSAGE.message_bytes) == (1 << 20, 1 << 20)
    for figure in (
        f"1 MiB, {LIMITS.values:,} values, {LIMITS.depth} levels",
        f"{LIMITS.files}, of which {LIMITS.extends_depth} in a row",
        f"{LIMITS.points:,}",
        f"{LEXICON.source:,} characters, {LEXICON.branches:,} alternatives, {LEXICON.nesting} ",
        f"{LEXICON.words} words",
        f"{LEXICON.digits} digits",
        f"{model.MAX_NAME} characters",
    ):
        assert figure in table


def test_links_inside_the_document_lead_somewhere() -> None:
    """Every `(#place)` is a heading."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", text()), re.MULTILINE)
    places = {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", text())) <= places


# --- commands -------------------------------------------------------------------------------


def commands(example: Example) -> Iterator[tuple[str, str]]:
    """(command line, what it printed) of a console fence."""
    command, lines = "", list[str]()
    for line in example.body.splitlines():
        if line.startswith("$ "):
            if command:
                yield command, "\n".join(lines)
            command, lines = line[2:], []
        else:
            lines.append(line)
    yield command, "\n".join(lines)


def stable(printed: str) -> str:
    """Blank out what changes whenever a shipped policy does."""
    printed = re.sub(r"revision [0-9a-f]{12}", "revision 000000000000", printed)
    printed = re.sub(r"(policies/\S+\.yaml):\d+", r"\1:0", printed)
    return "\n".join(line.rstrip() for line in printed.rstrip().splitlines())


@pytest.mark.parametrize("example", of_kind("console"), ids=str)
def test_commands_print_what_is_shown(
    example: Example, beside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command of the document prints what stands below it; "..." is anything."""
    real = str(shipped("policies").resolve())
    monkeypatch.setenv("TERM", "dumb")
    for command, shown in commands(example):
        program, *arguments = command.split()
        assert program == "coldstop"
        printed = stable(CliRunner().invoke(app, arguments).output.replace(real, "policies"))
        wanted = re.escape(stable(shown)).replace(re.escape("..."), "(?s:.*)")
        assert re.fullmatch(wanted, printed), f"{command} printed\n{textwrap.indent(printed, '  ')}"
