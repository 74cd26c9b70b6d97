"""The page of a policy's rules: a few lines a rule for the terminal, or Markdown for a document.

Puts together what `describe.py` says with what others know: an example for a rule, and what
becomes of it in a Sieve script. Refuses nothing and cannot fail.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from coldstop.policy.english import code
from coldstop.policy.words import Tier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from coldstop.policy.describe import Described
    from coldstop.policy.effective import Policy
    from coldstop.policy.samples import Sample

WIDTH = 100
_FROM = {
    Tier.STRANGER: "from a stranger",
    Tier.RECOGNISED: "from a place that you have heard of",
    Tier.STATED: "from somebody who says how you are connected",
    Tier.KNOWN_FIRM: "from a firm that you know",
    Tier.KNOWN_PERSON: "from a person whom you know",
}


@dataclass(frozen=True, slots=True)
class Page:
    """All that is to be said about the rules of a policy."""

    policy: Policy
    rules: tuple[Described, ...]
    examples: Mapping[str, Sample] = field(default_factory=dict)
    sieve: Mapping[str, str] = field(default_factory=dict)
    """What becomes of a rule in a script."""

    def sections(self) -> Iterator[tuple[str, tuple[Described, ...]]]:
        """Give the rules of each section."""
        for title, rules in groupby(self.rules, key=lambda one: one.section):
            yield title, tuple(rules)


# --- the terminal ---------------------------------------------------------------------------


def as_text(page: Page) -> str:
    """Write the page for a terminal: what each rule is worth, what it asks, where it stands."""
    lines: list[str] = []
    for title, rules in page.sections():
        lines += ["", title] if lines else [title]
        for one in rules:
            lines += [f"  {one.name}  {_plain(one.worth)}  {one.origin}"]
            lines += _indented(f"{_sentence(one.what)} {one.exception}.", 6)
    return "\n".join(lines) + "\n"


def _indented(text: str, indent: int) -> list[str]:
    return textwrap.wrap(
        _plain(text),
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _plain(text: str) -> str:
    return text.replace("`", "")


# --- Markdown -------------------------------------------------------------------------------


def as_markdown(page: Page) -> str:
    """Write the page as a document, with a heading for each rule."""
    blocks = [f"# The rules of {code(page.policy.name)}"]
    blocks += [_wrapped(part) for part in page.policy.description.splitlines() if part.strip()]
    blocks.append(_wrapped(_introduction(page.policy)))
    blocks.append("\n".join(_contents(page)))
    for title, rules in page.sections():
        blocks.append(f"## {title}")
        for one in rules:
            blocks += [f"### {one.name}", "\n".join(_entry(page, one))]
    return "\n\n".join(blocks) + "\n"


def _introduction(policy: Policy) -> str:
    steps = [
        f"{score} {code(rung.verdict + (f' {rung.folder}' if rung.folder else ''))}"
        for score, rung in policy.ladder
    ]
    words = (
        "Only mail with one of the words of `pitch.words` is looked at. " if policy.words else ""
    )
    return (
        f"{words}"
        f"From {policy.threshold} points of evidence on a mail counts as recruiting, and only then "
        "do objections (above 0) and credits (below 0) make its score. The ladder turns the score "
        f"into a verdict: from {', from '.join(steps)}."
    )


def _contents(page: Page) -> Iterator[str]:
    for title, rules in page.sections():
        links = " · ".join(f"[{one.name}](#{one.name})" for one in rules)
        yield _wrapped(f"**{title}:** {links}", "* ")


def _entry(page: Page, one: Described) -> Iterator[str]:
    reason = f"“{one.reason}”. " if one.reason else ""
    yield _wrapped(_sentence("; ".join((one.worth, *one.elsewhere)))) + "\n"
    yield _point("What", _sentence(one.what))
    if reason or one.why:
        yield _point("Why", f"{reason}{one.why}".strip())
    sample = page.examples.get(one.name)
    if sample is not None:
        yield _point("Example", _sentence(_shown(sample)))
    yield _point("Exception", f"{one.exception}.")
    yield _point("Silence it", _silence(one))
    if one.name in page.sieve:
        yield _point("In Sieve", f"{page.sieve[one.name]}.")


def _point(title: str, text: str) -> str:
    return _wrapped(f"**{title}:** {text}", "* ")


def _silence(one: Described) -> str:
    told = f"{code(one.silence)}."
    if one.asked_by:
        names = ", ".join(map(code, one.asked_by))
        told += f" It cannot be off, because other rules ask about it: {names}."
    return told


def _shown(sample: Sample) -> str:
    parts = [f"{name}: {value}" for name, value in sample.headers]
    if sample.subject:
        parts.append(f"Subject: {sample.subject}")
    told = " and ".join(code(part) for part in (*parts, *sample.text))
    sender = _FROM[sample.tier] if sample.tier is not None else ""
    return ", ".join(part for part in (told, sender) if part) or "any pitch"


def _sentence(text: str) -> str:
    """Begin with a capital, unless with code, and end with a full stop."""
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _wrapped(text: str, bullet: str = "") -> str:
    """Wrap at blanks; what stands in backticks or in a link is not torn."""
    kept = re.sub(r"`[^`]*`|\[[^\]]*\]\([^)]*\)", lambda m: m[0].replace(" ", "\0"), text)
    lines = textwrap.wrap(
        kept,
        WIDTH,
        initial_indent=bullet,
        subsequent_indent=" " * len(bullet),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines).replace("\0", " ")
