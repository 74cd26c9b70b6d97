"""Where the shipped files are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coldstop import resources
from coldstop.resources import shipped, shipped_policies

if TYPE_CHECKING:
    from pathlib import Path


def test_files_of_the_checkout_are_found() -> None:
    """In a checkout the shipped files are those at the top of the source tree."""
    base = shipped("policies", "base.yaml")
    assert base.is_file()
    assert base.parent.name == "policies"


def test_files_in_the_package_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Installed from a wheel, the package's own folder has them."""
    (tmp_path / "policies" / "presets").mkdir(parents=True)
    (tmp_path / "policies" / "presets" / "own.yaml").write_text("")
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path)
    assert shipped("policies") == tmp_path / "policies"
    assert shipped_policies() == ("presets/own.yaml",)


def test_what_is_not_shipped_is_not_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is nowhere raises FileNotFoundError; without policies the list is empty."""
    with pytest.raises(FileNotFoundError, match="nothere/x"):
        shipped("nothere", "x")
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path)
    monkeypatch.setattr(resources, "_CHECKOUT", tmp_path)
    assert shipped_policies() == ()


def test_presets_and_examples_are_listed() -> None:
    """What may be used as it is: presets first, then examples."""
    names = shipped_policies()
    assert "presets/strict.yaml" in names
    assert "examples/ray.yaml" in names
    assert not any(name.startswith(("lexicon", "lists", "base")) for name in names)
