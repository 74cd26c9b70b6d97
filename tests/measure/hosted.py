"""The same figures for the generated script: what a hosted inbox makes of the same mail.

The samples are delivered through a private Dovecot whose mailbox has the policy as a script with
its trace; what the script found is read back, beside what the judge says of the message as it was
stored. The SpamAssassin corpus is left to `make parity`. Needs Dovecot; fails with what the server
said where it does not start.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from differential.engines import Lab, Side, host_for, target_for
from differential.known import reason
from differential.mailsets import letter
from measure import sets
from measure.figures import Share, share

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coldstop.policy.effective import Policy
    from differential.engines import Result
    from measure.sets import Sample

DELIVERED: Final = (
    sets.CORE,
    sets.NEAR,
    sets.NEGATIVE,
    sets.OWN_PITCH,
    sets.OWN_HAM,
    sets.EXAMPLE,
    sets.EXAMPLE_WANTED,
)
_ENGINE: Final = "pigeonhole"


@dataclass(frozen=True, slots=True)
class Hosted:
    """What a script made of one policy and the samples."""

    policy: str
    groups: tuple[tuple[str, Share, Share], ...]
    """A group; how much of it the script takes for a pitch, and the judge."""
    differs: tuple[tuple[str, str], ...]
    """Messages on which script and judge do not agree, and in what."""
    refused: tuple[str, ...]
    """Messages that the server did not take."""


def deliver(policy: Policy, samples: Iterable[Sample]) -> Hosted:
    """Deliver the samples under one policy, and count."""
    wanted = [one for one in samples if one.group in DELIVERED]
    side = Side.of(policy, target_for(_ENGINE))
    letters = [letter(one.name, one.raw) for one in wanted]
    with host_for(_ENGINE, 1) as host:
        today = dt.datetime.now().astimezone().date()  # the script asks the server's clock
        results = Lab(host).compare([side], letters, today, connections=2)
    found = {one.letter.name: one for one in results}
    return Hosted(
        policy=policy.name,
        groups=tuple(_groups(wanted, found, policy.threshold)),
        differs=tuple(
            (one.letter.name, one.difference + (f" (known: {known})" if known else ""))
            for one in results
            if one.difference
            for known in (reason(one),)
        ),
        refused=tuple(one.letter.name for one in results if one.refused),
    )


def _groups(
    samples: Iterable[Sample], found: dict[str, Result], threshold: int
) -> Iterator[tuple[str, Share, Share]]:
    by_group: dict[str, list[Result]] = {}
    for one in samples:
        by_group.setdefault(one.group, []).append(found[one.name])
    for group, results in by_group.items():
        script, judge = (
            share(
                (one.letter.name, outcome is not None and outcome.pitch >= threshold)
                for one in results
                for outcome in ((one.script if scripted else one.judge),)
            )
            for scripted in (True, False)
        )
        yield group, script, judge


def lines(hosted: Hosted) -> Iterator[str]:
    """The figures, for people."""
    yield ""
    yield f"Policy {hosted.policy} as a Sieve script on Pigeonhole: taken for a pitch"
    yield f"  {'':<16}{'script':>12}{'judge':>12}"
    for group, script, judge in hosted.groups:
        both = (f"{one.count} of {one.of}" for one in (script, judge))
        yield f"  {group:<16}" + "".join(f"{cell:>12}" for cell in both)
    yield from (f"  refused by the server: {name}" for name in hosted.refused)
    yield from (f"  differs: {name}: {what}" for name, what in hosted.differs)
    if not hosted.differs:
        yield "  script and judge agree on every message, to the last point"
