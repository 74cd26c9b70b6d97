"""A proposal in words and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coldstop.trust.survey import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coldstop.trust.propose import Proposal


def snippet(proposal: Proposal) -> str:
    """Write the section of the policy, ready to paste."""
    names = ", ".join(f'"{one}"' if one.startswith("*") else one for one in proposal.authserv)
    lines = ["trust:", f"  authserv: [{names}]"]
    if proposal.fields > 1 and not proposal.forged:
        lines += [
            "  # Only where your border removes every Authentication-Results from outside:",
            "  # foreign: removed",
            f"  # fields: {proposal.fields}",
        ]
    return "\n".join(lines) + "\n"


def words(proposal: Proposal) -> str:
    """Say it to a person."""
    return "\n".join(_lines(proposal)) + "\n"


def _lines(proposal: Proposal) -> Iterator[str]:
    count = "1 mail" if proposal.mails == 1 else f"{proposal.mails} mails"
    if proposal.authserv:
        yield f"Read {count}. Write into your policy:"
        yield ""
        yield snippet(proposal).rstrip("\n")
    else:
        yield f"Read {count}. There is nothing to trust in them."
    yield from _part("Why", proposal.reasons)
    yield from _part("Dangers", (text for _, text in proposal.dangers))
    yield from _part("What else" if proposal.authserv else "What to do", proposal.needs)


def _part(title: str, texts: Iterable[str]) -> Iterator[str]:
    lines = [f"- {text}" for text in texts]
    if lines:
        yield ""
        yield f"{title}:"
        yield from lines


def record(proposal: Proposal) -> dict[str, Any]:
    """The stable JSON form."""
    return {
        "mails": proposal.mails,
        "trust": {"authserv": list(proposal.authserv)} if proposal.authserv else None,
        "fields": proposal.fields,
        "foreign_removed": "never" if proposal.forged else "unknown",
        "own_hops": {str(hops): mails for hops, mails in proposal.own_hops.items()},
        "ids": [
            {
                "id": one.id,
                "above": one.places[Place.ABOVE],
                "at": one.places[Place.AT],
                "below": one.places[Place.BELOW],
                "writers": list(one.writers),
                "job": one.job,
            }
            for one in proposal.ids
        ],
        "reasons": list(proposal.reasons),
        "dangers": [{"code": code.value, "text": text} for code, text in proposal.dangers],
        "needs": list(proposal.needs),
    }
