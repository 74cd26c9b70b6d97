"""Which letters go to which policy: a fixed share of each set for the tests, more for `run`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coldstop.policy.load import load_policy
from differential.engines import Letter, Side, target_for
from differential.generate import Generator
from differential.mailsets import corpora, samples, spamassassin
from fuzz.generate import mail

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.policy.effective import Policy

POLICIES: Final = ("passive", "strict", "open", "ray", "samples")
"""Every preset and example that is shipped."""


def shipped() -> list[Policy]:
    """Load them."""
    return [load_policy(name) for name in POLICIES]


def sides(engine: str) -> list[Side]:
    """Compile them for an engine."""
    return [Side.of(policy, target_for(engine)) for policy in shipped()]


def shares(
    policies: list[Policy],
    *,
    spam: int | None,
    made: int,
    mime: int,
    torture: bool = False,
    gaps: int = 0,
    seed: int = 1,
) -> Iterator[dict[str, list[Letter]]]:
    """Give each policy its letters by set.

    Every policy gets the samples and the recruiting mail; the other sets are dealt out, so that
    each message meets one policy. `spam`, `made`, `mime` and `gaps` (messages with long gaps) are
    how many there are in all.
    """
    step = len(policies)
    negatives = corpora("negatives")
    corpus = spamassassin(spam)
    positives = corpora("positives")
    hostile = corpora("torture") if torture else []
    for number, policy in enumerate(policies):
        yield {
            "samples": samples(),
            "recruiting": positives,
            "other mail": negatives[number::step],
            "torture": hostile[number::step],
            "SpamAssassin": corpus[number::step],
            "generated": Generator(policy).letters(len(range(number, made, step)), seed + number),
            "long gaps": Generator(policy, long_gaps=True).letters(
                len(range(number, gaps, step)), seed + number
            ),
            "MIME": [mime_letter(seed * 1_000_000 + one) for one in range(number, mime, step)],
        }


def mime_letter(seed: int) -> Letter:
    """Make a tree of multiparts, digests and messages in many charsets."""
    return Letter(f"MIME {seed}", mail(seed).raw)
