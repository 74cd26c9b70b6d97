"""How a phrase is looked up: the plain strings whose presence is worth a look.

`plan` gives each phrase either all its spellings, so that a hit needs no more than a look at its
neighbours, or a set of anchors: strings of which every match holds at least one, picked to be rare
in mail. An anchor's hit is confirmed by the phrase's regular expression (`confirm`).

A joining hyphen stands for endless spellings (`on - site`). Its two usual ones are exact; a longer
run ends in `--`, `- ` or ` -`, and those three with the letters after them are anchors.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, NamedTuple, assert_never

from coldstop.lexicon.limits import LIMITS
from coldstop.lexicon.lower import Alt, Digit, Lit, Mark, Node, Rep, Seq

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_JOINT = b"\1"
_TAIL = b"\2"
_LONG_JOINTS = (b"--", b"- ", b" -")

_BY_FREQUENCY = b" etaoinsrhdlucmfywgpbvkxqjz"
_BITS = [9.0] * 256
for _rank, _byte in enumerate(_BY_FREQUENCY):
    _BITS[_byte] = 2.5 + 0.25 * _rank
_COMMON = frozenset(
    b"a about after all also an and any are as at be been but by can could do for from get had "
    b"has have he her here him his how i if in into is it its just know like looking mail me more "
    b"my new no not of on one or our out see she so some than that the their there they this time "
    b"to up us was we were what when which who will with work would you your".split()
)
_COMMON_BITS = 5.0
_DIGITS = tuple(b"%d" % digit for digit in range(10))
_SHORT = 2
"""Bytes of a string that is met in every line; a digit in front makes it rare."""


class Hook(NamedTuple):
    """A string to look for.

    `left`, `right`: no letter or digit may stand there. `exact`: then the phrase is found; without
    `right`, its last word goes on as far as letters and digits do.
    """

    text: bytes
    left: bool
    right: bool
    exact: bool


class Plan(NamedTuple):
    """How one phrase is looked up."""

    hooks: list[Hook]
    """Each once; every match shows at least one of them."""
    seam: int | None = None
    """The part of the node with which a match goes on at its hook; None where that is not known."""


def plan(node: Node) -> Plan:
    """Say how a phrase is looked up."""
    if isinstance(node, Lit):
        return Plan([Hook(node.text, left=True, right=True, exact=True)])
    spellings = expand(node)
    if spellings is not None:
        hooks = _exact(spellings)
        if hooks is not None:
            return Plan(hooks)
    best = _best(node, edge=True)
    if best is None:  # pragma: no cover - `phrase.parse` refuses phrases that name no word
        raise AssertionError(node)
    return Plan(best.hooks, best.seam)


def expand(node: Node, most: int = LIMITS.literals) -> list[bytes] | None:
    r"""List every spelling, `\1` for a joining hyphen and `\2` for the rest of a word.

    None where there are more than `most` or where they cannot be listed.
    """
    match node:
        case Lit():
            return [node.text]
        case Digit():
            return [b"%d" % digit for digit in range(node.low, node.high + 1)]
        case Mark():
            return {
                Mark.MAYGAP: [b"", b" "],
                Mark.JOINT: [_JOINT],
                Mark.TAIL: [_TAIL],
            }.get(node)
        case Seq():
            return _product([expand(part, most) for part in node.parts], most)
        case Alt():
            listed = [expand(branch, most) for branch in node.branches]
            union = [s for spellings in listed for s in spellings or ()]
            return None if None in listed or len(union) > most else union
        case Rep():
            if node.high is None:
                return None
            inner = expand(node.node, most)
            found: list[bytes] = []
            for times in range(node.low, node.high + 1):
                more = _product([inner] * times, most)
                if more is None or len(found) + len(more) > most:
                    return None
                found += more
            return found
        case _ as never:
            assert_never(never)


def _product(rows: Sequence[list[bytes] | None], most: int) -> list[bytes] | None:
    made = [b""]
    for row in rows:
        if row is None or len(made) * len(row) > most:
            return None
        made = [a + b for a in made for b in row]
    return made


def _exact(spellings: list[bytes]) -> list[Hook] | None:
    hooks: dict[tuple[bytes, bool, bool], Hook] = {}
    for spelling in spellings:
        text = spelling.removesuffix(_TAIL)
        closed = text is spelling
        if _TAIL in text:
            return None
        parts = text.split(_JOINT)
        for joints in itertools.product((b"-", b" "), repeat=len(parts) - 1):
            whole = b"".join(itertools.chain(*zip(parts, (*joints, b""), strict=True)))
            hooks[whole, closed, True] = Hook(whole, left=True, right=closed, exact=True)
        for i, part in enumerate(parts[1:], 2):
            right = closed or i < len(parts)
            for joint in _LONG_JOINTS:
                hook = Hook(joint + part, left=False, right=right, exact=False)
                hooks[hook.text, right, False] = hook
        if len(hooks) > 4 * LIMITS.literals:
            return None
    return list(hooks.values())


class _Choice(NamedTuple):
    """Anchors that a phrase could be looked up by, and how rare they are taken to be, in bits."""

    rarity: float
    hooks: list[Hook]
    seam: int | None


def _best(node: Node, *, edge: bool) -> _Choice | None:
    """Return the rarest set of anchors; `edge`: outside the node stands no letter or digit."""
    return max(_choices(parts_of(node), edge=edge), key=lambda c: c.rarity, default=None)


def parts_of(node: Node) -> tuple[Node, ...]:
    """The nodes in a row of which a node consists; a node that is no row is one by itself."""
    return node.parts if isinstance(node, Seq) else (node,)


def _choices(parts: tuple[Node, ...], *, edge: bool) -> Iterator[_Choice]:
    start = 0
    while start < len(parts):
        run, end = [b""], start
        while end < len(parts):
            longer = _product([run, expand(parts[end])], LIMITS.literals)
            if longer is None:
                break
            run, end = longer, end + 1
        if end > start:
            left = _is_set_off(parts[:start][::-1], -1, edge=edge)
            right = _is_set_off(parts[end:], 0, edge=edge)
            hooks = [_rarest_cut(spelling, left=left, right=right) for spelling in run]
            begins = all(map(bytes.startswith, run, [hook.text for hook in hooks]))
            if begins and _follows_digit(parts[:start]) and min(map(len, run)) <= _SHORT:
                hooks = [_after_digit(hook, digit) for hook in hooks for digit in _DIGITS]
                begins = False
        else:
            hooks, begins = _nested(parts[start])
            end = start + 1
        if hooks and all(hook.text for hook in hooks):
            unique = list(dict.fromkeys(hooks))
            rarity = -math.log2(sum(2.0 ** -_rarity(hook.text) for hook in unique))
            yield _Choice(rarity, unique, start if begins else None)
        start = end


def _follows_digit(parts: tuple[Node, ...]) -> bool:
    """Say whether all that the parts can spell ends in a digit."""
    for part in reversed(parts):
        match part:
            case Digit():
                return True
            case Seq():
                return _follows_digit(part.parts)
            case Alt():
                return all(_follows_digit((branch,)) for branch in part.branches)
            case Rep():
                if not _follows_digit((part.node,)):
                    return False
                if part.low:
                    return True
            case _:
                return False
    return False


def _after_digit(hook: Hook, digit: bytes) -> Hook:
    """A short string after a number (`80k`) is looked up with the digit in front of it."""
    return Hook(digit + hook.text, left=False, right=hook.right, exact=False)


def _nested(node: Node) -> tuple[list[Hook], bool]:
    """Return the anchors of a node whose spellings can not be listed; [] where it may be absent.

    And whether every match of the node begins with one of them.
    """
    if isinstance(node, Rep):
        best = _best(node.node, edge=False) if node.low else None
        return (best.hooks, False) if best else ([], False)
    hooks: list[Hook] = []
    begins = True
    if isinstance(node, Alt):
        for branch in node.branches:
            best = _best(branch, edge=False)
            if best is None:
                return [], False
            hooks += best.hooks
            begins = begins and best.seam == 0
    return hooks, begins


def _is_set_off(parts: tuple[Node, ...], side: int, *, edge: bool) -> bool:
    """Say whether what follows begins with no letter or digit; `side` -1: read from the right."""
    for part in parts:
        match part:
            case Lit():
                return not part.text[side : side + 1 or None].isalnum()
            case Mark.MAYGAP:
                continue
            case Mark.JOINT:
                return True
            case Rep():
                inner = part.node.parts if isinstance(part.node, Seq) else (part.node,)
                if not _is_set_off(inner[::-1] if side else inner, side, edge=False):
                    return False
                if part.low:
                    return True
            case _:
                return False
    return edge


def _rarest_cut(spelling: bytes, *, left: bool, right: bool) -> Hook:
    """Cut a spelling at the marks, where what stands there is not known, and keep the best part."""
    hooks: list[Hook] = []
    pieces = spelling.replace(_TAIL, _JOINT + _TAIL).split(_JOINT)
    for i, piece in enumerate(pieces):
        after_tail = piece.startswith(_TAIL)
        before_tail = i + 1 < len(pieces) and pieces[i + 1].startswith(_TAIL)
        hooks.append(
            Hook(
                piece.removeprefix(_TAIL),
                left=not after_tail if i else left,
                right=not before_tail if i + 1 < len(pieces) else right,
                exact=False,
            )
        )
    return max(hooks, key=lambda hook: _rarity(hook.text))


def _rarity(text: bytes) -> float:
    """Guess how rare a string is in mail, in bits."""
    if text.strip() in _COMMON:
        return _COMMON_BITS
    return sum(_BITS[byte] for byte in text)


def most_gaps(node: Node, joint: int | None = None) -> int | None:
    """Count the spaces that a match can hold; None where there is no bound.

    `joint`: how many a joining hyphen is taken to hold.
    """
    match node:
        case Lit():
            return node.text.count(b" ")
        case Digit() | Mark.WORD | Mark.TAIL:
            return 0
        case Mark.MAYGAP:
            return 1
        case Mark.JOINT:
            return joint
        case Seq() | Alt():
            inner = node.parts if isinstance(node, Seq) else node.branches
            counts = [most_gaps(part, joint) for part in inner]
            known = [count for count in counts if count is not None]
            if len(known) < len(counts):
                return None
            return sum(known) if isinstance(node, Seq) else max(known)
        case Rep():
            each = most_gaps(node.node, joint)
            if node.high is None or each is None:
                return 0 if each == 0 else None
            return each * node.high
        case _ as never:
            assert_never(never)
