"""Which phrases and rules a script keeps where there is no room for all.

`sieve_templates/kept.tsv` says for every shipped phrase that may go, and for every rule that may
go as a whole (a line without a phrase), how much of the judgement a byte of it buys. `make kept`
writes it; its head says from which mail. What does not stand there is the reader's own, and stays
longest.

Fails: FileNotFoundError where the file is not installed.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from coldstop.resources import shipped
from coldstop.sieve.shorter import Choice, choices

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from coldstop.policy.effective import Policy

PARTS: Final = ("sieve_templates", "kept.tsv")
HEAD: Final = """\
# Made by `make kept` (tests/measure/kept.py): do not edit.
# Rule, how much of the judgement a byte of the phrase buys (in millionths), phrase.
# From policies/examples/mail, tests/mail/{pitch,ham} and the `fitted` halves of tests/mail/blind.
"""


@cache
def values() -> Mapping[Choice, int]:
    """What each shipped phrase is worth; a rule as a whole goes with the phrase ""."""
    found: dict[Choice, int] = {}
    for line in shipped(*PARTS).read_text("utf-8").splitlines():
        if not line.startswith("#"):
            rule, value, phrase = line.split("\t", 2)
            found[Choice(rule, phrase)] = int(value)
    return found


def written(rows: Mapping[Choice, int]) -> str:
    """The file for such values, the most worth first."""
    order = sorted(rows.items(), key=lambda row: (-row[1], row[0]))
    return HEAD + "".join(f"{one.rule}\t{value}\t{one.phrase}\n" for one, value in order)


def least_first(policy: Policy, wholes: Iterable[str]) -> Sequence[Choice]:
    """What may be left out, the least worth first: phrases, and rules that go as a whole."""
    known = values()
    every = dict.fromkeys(choice for choice, _ in choices(policy))
    every.update(dict.fromkeys(Choice(name, "") for name in wholes))
    own = max(known.values(), default=0) + 1
    # Of equal value those go first whose rule is worth least.
    return sorted(every, key=lambda one: (known.get(one, own), policy.rules[one.rule].most))
