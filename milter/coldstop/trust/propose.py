"""From many sightings to a proposal: which ids are ours, why, and what would be dangerous.

An id is proposed where our own servers must have written it: it stands above the hop through which
the mail came in, or at that hop and belongs to a host of ours that wrote the hop. An id that is no
host's name (`AuthservID home`) is proposed where it stands at that hop in most mails. `foreign:
removed` is never proposed outright, because no mail can prove what the border removes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from coldstop.trust.dangers import (
    NO_FIELDS,
    NO_ID,
    NOT_OURS,
    NOT_RECEIVED,
    SETUP,
    SEVERAL_NEEDS,
    Danger,
    about,
    count_of,
    of_farms,
    of_name,
)
from coldstop.trust.survey import Place
from coldstop.trust.writers import ALWAYS, MICROSOFT, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from coldstop.trust.survey import Sighting

FEW: Final = 5
"""So many mails prove little."""
MOST: Final = 0.6
"""The share of mails in which an id must stand that no host of ours has."""
USUAL: Final = 0.2
"""The share of mails in which a number of fields must be seen to be the usual one."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of one id; counts are mails."""

    id: str
    places: Mapping[Place, int]
    named: int
    """Mails in which a host of this id wrote one of our hops."""
    writers: tuple[str, ...]
    job: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """What to write, and what to know about it."""

    mails: int
    authserv: tuple[str, ...] = ()
    fields: int = 1
    """How many of the topmost fields are ours, usually."""
    own_hops: Mapping[int, int] = field(default_factory=dict)
    """How many hops are ours: number of hops to number of mails."""
    ids: tuple[Seen, ...] = ()
    reasons: tuple[str, ...] = ()
    dangers: tuple[tuple[Danger, str], ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def forged(self) -> bool:
        """Whether `foreign: removed` is out of the question."""
        return any(code in (Danger.FORGED, Danger.HIDDEN) for code, _ in self.dangers)


def propose(sightings: Sequence[Sighting]) -> Proposal:
    """Weigh what was seen."""
    ids = _ids(sightings)
    received = sum(bool(one.received) for one in sightings)
    ours = [one for one in ids if received and _is_ours(one, received)]
    if not ours:
        return Proposal(len(sightings), ids=ids, needs=_nothing(sightings, ids))
    authserv = _farms([one.id for one in ours])
    hops = Counter(own for one in sightings if (own := one.own(authserv)))
    counts = Counter(_own_fields(one, authserv) for one in sightings if one.received)
    usual = [n for n, mails in counts.items() if n and mails >= USUAL * received]
    fields = max(usual, default=1)
    return Proposal(
        len(sightings),
        authserv,
        fields,
        dict(sorted(hops.items())),
        ids,
        tuple(_reasons(ours, authserv, hops, len(sightings))),
        tuple(_dangers(sightings, ours, authserv, counts, fields)),
        tuple(_needs(ours, fields)),
    )


def matches(one: str, authserv: Collection[str]) -> bool:
    """Whether an id is one of those in `authserv`."""
    return any(one == ours or (ours[:2] == "*." and one.endswith(ours[1:])) for ours in authserv)


def _ids(sightings: Sequence[Sighting]) -> tuple[Seen, ...]:
    places: dict[str, Counter[Place]] = defaultdict(Counter)
    writers: dict[str, Counter[str]] = defaultdict(Counter)
    named: Counter[str] = Counter()
    jobs = set()
    for sighting in sightings:
        found: dict[str, set[Place]] = defaultdict(set)
        for one in sighting.fields:
            if not one.id:
                continue
            own = sighting.own((one.id,)) if sighting.named(one.id) else sighting.entry
            place = sighting.place(one, own)
            found[one.id].add(place)
            if place is not Place.BELOW:
                writers[one.id][one.writer] += 1
            if one.job:
                jobs.add(one.id)
        for name, where in found.items():
            places[name].update(where)
            named[name] += sighting.named(name)
    seen = (
        Seen(
            name,
            {place: where[place] for place in Place},
            named[name],
            tuple(one for one, _ in writers[name].most_common()),
            name in jobs,
        )
        for name, where in places.items()
    )
    return tuple(sorted(seen, key=lambda one: (-_inside(one), one.places[Place.BELOW], one.id)))


def _inside(one: Seen) -> int:
    return max(one.places[Place.ABOVE], one.places[Place.AT])


def _is_ours(one: Seen, mails: int) -> bool:
    if one.places[Place.ABOVE]:
        return True
    at = one.places[Place.AT]
    if one.named and at and (mails < FEW or at >= USUAL * mails):
        return True  # rarer ones are a forger's: our software writes all the time
    return at >= FEW and at >= MOST * mails and one.places[Place.BELOW] < at


def _farms(names: Sequence[str]) -> tuple[str, ...]:
    """Join hosts of one domain into `*.domain`."""
    by_parent: dict[str, list[str]] = defaultdict(list)
    for name in names:
        by_parent[name.partition(".")[2]].append(name)
    found = []
    for parent, group in by_parent.items():
        found += [f"*.{parent}"] if len(group) > 1 and parent.count(".") else group
    return tuple(found)


def _own_fields(sighting: Sighting, authserv: Collection[str]) -> int:
    """Count the topmost fields that are ours, without one of another id between them."""
    own = sighting.own(authserv)
    count = 0
    for one in sighting.fields:
        if not matches(one.id, authserv) or sighting.place(one, own) is Place.BELOW:
            break
        count += 1
    return count


def _reasons(
    ours: Sequence[Seen], authserv: Collection[str], hops: Mapping[int, int], mails: int
) -> list[str]:
    found = []
    for one in ours:
        by = " and ".join(writer for writer in one.writers if writer != UNKNOWN) or UNKNOWN
        above = one.places[Place.ABOVE]
        where = "above" if above else "at"
        found.append(
            f"{one.id} stands {where} the hop through which the mail came in, in "
            f"{above or one.places[Place.AT]} of {count_of(mails)}. It looks like {by}."
        )
        if one.job:
            found.append(f"{one.id} is followed by a job number ({one.id}/...); the id is enough.")
    found += [
        f"The hosts of {farm[2:]} take turns: {farm} stands for all of them."
        for farm in authserv
        if farm.startswith("*.")
    ]
    words = ", ".join(f"{n} in {count_of(count)}" for n, count in sorted(hops.items()))
    found.append(f"Received fields of your own servers: {words}. coldstop counts them by itself.")
    return found


def _dangers(
    sightings: Sequence[Sighting],
    ours: Sequence[Seen],
    authserv: Collection[str],
    counts: Mapping[int, int],
    fields: int,
) -> list[tuple[Danger, str]]:
    found = []
    mails = len(sightings)
    if mails < FEW:
        found.append(about(Danger.FEW_MAILS, mails))
    for one in ours:
        if one.places[Place.BELOW]:
            found.append(about(Danger.FORGED, one.places[Place.BELOW], id=one.id))
        found += of_name(one.id)
    found += of_farms(authserv)
    if counts.get(0):
        found.append(about(Danger.GAPS, counts[0]))
    if fields > 1:
        found.append(about(Danger.SEVERAL, fields=fields))
    if sum(one.hidden(one.own(authserv)) for one in sightings) > mails / 2:
        found.append(about(Danger.HIDDEN))
    bare = sum(not one.received for one in sightings)
    if bare:
        found.append(about(Danger.NO_RECEIVED, bare))
    return found


def _needs(ours: Sequence[Seen], fields: int) -> list[str]:
    writers = {writer for one in ours for writer in one.writers}
    found = [text for name, text in ALWAYS.items() if name in writers]
    return found + [SEVERAL_NEEDS] * (fields > 1)


def _nothing(sightings: Sequence[Sighting], ids: Sequence[Seen]) -> tuple[str, ...]:
    """Say why nothing can be proposed and what to do."""
    fields = [one for sighting in sightings for one in sighting.fields]
    if sightings and not any(one.received for one in sightings):
        return (NOT_RECEIVED,)
    if any(one.writer == MICROSOFT and not one.id for one in fields):
        return (NO_ID,)
    if ids:
        names = ", ".join(f"{one.id} in {count_of(sum(one.places.values()))}" for one in ids[:5])
        return (NOT_OURS.format(names=names), *SETUP)
    return (NO_FIELDS, *SETUP)
