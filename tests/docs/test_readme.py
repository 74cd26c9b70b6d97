"""What the README shows works: its policy loads, and every file that it names is there."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from coldstop.message.reader import read
from coldstop.policy.lint import lint
from coldstop.policy.load import load_text
from coldstop.scorecard.judge import judge
from coldstop.scorecard.resolve import resolve

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def test_the_policy_in_the_readme_is_a_good_one() -> None:
    """It can be copied as it stands, and mail of the firm that it names is known."""
    (text,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    policy = load_text(text)
    assert lint(policy) == []
    mail = (
        b"Authentication-Results: mx.home.example; dmarc=pass header.from=goodfirm.example\n"
        b"From: Alan <alan@goodfirm.example>\nTo: ray@home.example\n"
        b"Subject: Do you know a SQL developer?\n\nHi Ray, we have an opening for a SQL Server "
        b"developer. Do you know anybody? Please send me your resume if you are interested.\n"
    )
    found = judge(read(mail), resolve(policy), today=dt.date(2026, 11, 28))
    assert "known-firm" in {one.name for one in found.fired}


def test_every_link_in_the_documents_leads_somewhere() -> None:
    """No document names a file that is not there."""
    for document in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        text = document.read_text("utf-8")
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_every_make_target_in_the_readme_is_one() -> None:
    """`make demo` and the others that the README names exist."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in set(re.findall(r"\bmake ([a-z]+)", README)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
