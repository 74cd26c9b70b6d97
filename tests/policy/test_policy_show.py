"""The effective policy as YAML with origins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coldstop.policy.complaints import FORBIDDEN
from coldstop.policy.load import load_policy, load_text
from coldstop.policy.show import render
from coldstop.resources import shipped_policies

if TYPE_CHECKING:
    from pathlib import Path

BASE = """\
coldstop: 1
pitch: {threshold: 1}
ladder: {0: keep, 6: tag}
folders: {trash: Bin}
lists: {friends: ["James Serra", "#SQLFamily", "null", "- x", "a: b"], none: []}
rules:
  says-job: {when: {text: job}, pitch: 1}
  cold: {when: {all: [{not: {relationship: known-person}}, {header: x}]}, points: 10}
"""


@pytest.mark.parametrize("name", shipped_policies())
def test_what_is_shown_loads_again(name: str) -> None:
    """Shown and loaded again, a policy has the same revision."""
    policy = load_policy(name)
    assert load_text(render(policy)).revision == policy.revision


def test_every_value_has_its_origin(tmp_path: Path) -> None:
    """Each line with a value ends with file and line, or says that it is a default."""
    (tmp_path / "base.yaml").write_text(BASE)
    top = tmp_path / "top.yaml"
    top.write_text(
        "coldstop: 1\nextends: base\nrules:\n  cold: {points: 6}\n  says-job: {off: true}\n"
        "  other: {when: {text: x}, pitch: 1, kind: job}\n"
    )
    text = render(load_policy(str(top)))
    lines = text.splitlines()
    assert f"    points: 6  # {top}:4" in lines
    assert f"  # says-job: off  # {top}:5" in lines
    assert f'    - "#SQLFamily"  # {tmp_path}/base.yaml:5' in lines
    assert f"  none: []  # {tmp_path}/base.yaml:5" in lines
    assert f"        - header: x  # {tmp_path}/base.yaml:8" in lines
    assert "  file: Recruiters  # by default" in lines
    assert f"  trash: Bin  # {tmp_path}/base.yaml:4" in lines
    body = lines[lines.index("coldstop: 1") + 2 :]
    assert all("  # " in line or line.endswith(":") for line in body)
    assert load_text(text).revision == load_policy(str(top)).revision


LINE = st.text(st.characters(codec="utf-8", exclude_characters="\n\t\r"), min_size=1, max_size=30)


@settings(max_examples=100, deadline=None)
@given(st.lists(LINE.filter(lambda text: not FORBIDDEN.search(text)), max_size=5))
def test_any_text_is_shown_safely(texts: list[str]) -> None:
    """Whatever a list holds, what is shown can be loaded and holds the same."""
    quoted = ["'" + text.replace("'", "''") + "'" for text in texts]
    policy = load_text(f"{BASE}stopped: []\n".replace("none: []", f"none: [{', '.join(quoted)}]"))
    assert load_text(render(policy)).lists == policy.lists
