"""Hostile strings in policies, a quick run; `tests/sieve/hostile.py --count 100000` at length."""

from __future__ import annotations

from sieve.hostile import run


def test_hostile_policies_compile_and_inject_nothing() -> None:
    """Whatever a policy holds, the script compiles and has no command that is not ours."""
    good, refused = run(200, seed=7)
    assert good == 200
    assert refused
