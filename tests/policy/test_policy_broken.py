"""One broken policy for each code, with the place of every finding in its first line."""

from __future__ import annotations

from pathlib import Path

import pytest

from coldstop.policy.errors import Code, PolicyError, PolicyErrors, Severity
from coldstop.policy.lint import lint
from coldstop.policy.load import load_policy
from coldstop.scorecard.resolve import resolve

BROKEN = Path(__file__).parent / "broken"
FILES = sorted(BROKEN.glob("*.yaml"))
ELSEWHERE = {
    # What no small file can show; each has tests of its own.
    Code.UNREADABLE,
    Code.TOO_LARGE,
    Code.TOO_MANY_VALUES,
    Code.TOO_MANY_FILES,
    Code.EXTENDS_TOO_DEEP,
    Code.BAD_MAILBOX,
}
WARNINGS = {
    Code.NOTHING_REMOVED,
    Code.UNUSED_LIST,
    Code.DEAD_RULE,
    Code.ZERO_POINTS,
    Code.NOTHING_TO_COUNT,
    Code.LADDER_ORDER,
    Code.RUNG_UNREACHABLE,
    Code.DISCARDS,
    Code.BAD_EXAMPLE,
    Code.UNCIVIL,
    Code.IDLE_DECLINE,
    Code.NEVER_MATCHES,
    Code.TOO_WIDE,
    Code.NO_TRUST,
}


def findings(path: Path) -> list[PolicyError]:
    """Load and check a policy as `coldstop check` does."""
    try:
        policy = load_policy(str(path))
        found = lint(policy)
        if not found:
            resolve(policy)
    except PolicyErrors as errors:
        return list(errors.errors)
    return found


def expected(path: Path) -> list[str]:
    """Read the first line: `# 3:5 bad-name, parts/x.yaml:2:1 locked`."""
    first = path.read_bytes().split(b"\n")[0].decode()
    return sorted(first.removeprefix("# ").split(", "))


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_findings_are_at_their_place(path: Path) -> None:
    """A broken policy gives exactly the findings that its first line names, file and all."""
    found = findings(path)
    places = []
    for error in found:
        folder = Path(error.file).relative_to(BROKEN).as_posix()
        file = "" if folder == path.name else f"{folder}:"
        places.append(f"{file}{error.line}:{error.column} {error.code}")
    assert sorted(places) == expected(path)


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_findings_speak_the_language_of_policies(path: Path) -> None:
    """No finding shows the library behind it, and each is a sentence for people."""
    for error in findings(path):
        text = f"{error.message} {error.hint}"
        for jargon in ("pydantic", "Input should", "Value error", "http", "Tuple", "dict"):
            assert jargon not in text
        assert error.message
        assert "\n" not in text


@pytest.mark.parametrize("code", Code)
def test_every_code_has_a_broken_policy(code: Code) -> None:
    """The folder holds a policy for each code, named after it, that shows that code first."""
    if code in ELSEWHERE:
        return
    found = findings(BROKEN / f"{code}.yaml")
    assert {error.code for error in found} == {code}
    severity = Severity.WARNING if code in WARNINGS else Severity.ERROR
    assert {error.severity for error in found} == {severity}


def test_findings_read_as_compilers_write() -> None:
    """A finding begins with file, line and column, so that editors can jump there."""
    error = PolicyError(Code.BAD_NAME, "ray.yaml", 3, 5, "no name", "lower case")
    assert str(error) == "ray.yaml:3:5: error: no name [bad-name]\n  hint: lower case"
    assert "no name" in str(PolicyErrors([error]))


def test_findings_are_sorted_by_place() -> None:
    """Errors come in the order of file, line and column, each once."""
    late = PolicyError(Code.TAB, "a", 10, 1, "x")
    early = PolicyError(Code.TAB, "a", 9, 3, "x")
    other = PolicyError(Code.TAB, "b", 1, 1, "x")
    assert PolicyErrors([other, late, early, late]).errors == (early, late, other)
