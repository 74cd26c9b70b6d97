"""docs/sieve.md shows what `coldstop sieve build --loss` prints today."""

from __future__ import annotations

import re
from pathlib import Path

from typer.testing import CliRunner

from coldstop.cli.app import app

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "sieve.md").read_text("utf-8")


def test_the_report_in_the_page_is_a_real_one() -> None:
    """The command in front of the block prints its lines; `...` stands for what is left out."""
    ((command, block),) = re.findall(
        r"```sh\ncoldstop (sieve build [^\n]*--loss)\n```\n\nsays.*?```text\n(.*?)```",
        PAGE,
        re.DOTALL,
    )
    done = CliRunner().invoke(app, command.split())
    assert done.exit_code == 0
    at = 0
    for piece in block.split("...\n"):
        at = done.stdout.find(piece, at)
        assert at >= 0, f"not printed:\n{piece}"
    assert done.stdout.endswith(block.split("...\n")[-1])
