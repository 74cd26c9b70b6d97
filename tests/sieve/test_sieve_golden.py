"""Small policies and their scripts, as they are written: numbered, and never changed unseen.

`PYTHONPATH=tests .venv/bin/python tests/sieve/test_sieve_golden.py` writes them anew; read the
difference before committing.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from coldstop.policy.load import load_policy
from coldstop.sieve.compile import compile_policy
from coldstop.sieve.targets import load_target
from support.judging import TODAY
from support.sievecheck import Pigeonhole, cyrus_compiles

FOLDER = Path(__file__).parent / "golden"
POLICIES = sorted(FOLDER.glob("*.yaml"))
TARGETS = ("pigeonhole", "cyrus", "generic")


def _script(path: Path, target: str) -> str:
    made = compile_policy(load_policy(str(path)), load_target(target), today=TODAY)
    # The hash, and the revision in front of it, are not what a golden is about.
    head, _, rest = made.text.partition("require")
    del head
    told = [str(one) for one in made.loss if one.why]
    return "".join(f"# loss: {one}\n" for one in told) + "require" + rest


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_golden_script(path: Path, target: str) -> None:
    """The script of a small policy, to the letter."""
    assert _script(path, target) == (FOLDER / f"{path.stem}.{target}.sieve").read_text("utf-8")


def test_golden_scripts_compile() -> None:
    """Pigeonhole takes them all, Cyrus those that are for it."""
    scripts = [path.read_text("utf-8") for path in sorted(FOLDER.glob("*.sieve"))]
    with Pigeonhole() as host:
        portable = [one for one in scripts if "(?-i:" not in one]
        assert not host.compile(portable)
    for path in sorted(FOLDER.glob("*.cyrus.sieve")):
        assert not cyrus_compiles(path.read_text("utf-8")), path.name


def test_every_policy_has_its_goldens() -> None:
    """No golden without a policy, no policy without its goldens."""
    wanted = {f"{path.stem}.{target}.sieve" for path in POLICIES for target in TARGETS}
    assert {path.name for path in FOLDER.glob("*.sieve")} == wanted


if __name__ == "__main__":
    for policy in POLICIES:
        for name in TARGETS:
            made_path = FOLDER / f"{policy.stem}.{name}.sieve"
            made_path.write_text(_script(policy, name), encoding="utf-8")
