"""Find phrases that would read the letters of an HTML entity as words.

Folding turns `&nbsp;` into a space, `&amp;` into `&`, `&rsquo;` and its kin into an apostrophe. On
raw text the same bytes are also letters and digits, so the phrase `amp`, or `a*`, or `{number}`
(the 39 of `&#39;`) would be found in raw text and not in folded text. Such phrases are refused:
nobody means them. The test is exact: the phrase's automaton is run through each entity from every
place where a match could enter it.
"""

from __future__ import annotations

import re
from typing import assert_never

from coldstop.lexicon.lower import Alt, Digit, Lit, Mark, Node, Rep, Seq
from coldstop.lexicon.model import Group, Literal, Phrase, Token, can_be_absent

ENTITIES = (b"&nbsp;", b"&amp;", b"&rsquo;", b"&apos;", b"&#39;", b"&#8217;")
_MARK = re.compile(r";|&(?:[nra#]|$)")
_ALNUM = frozenset(b"0123456789abcdefghijklmnopqrstuvwxyz")
_NAMES = frozenset(e[1:-1].decode() for e in ENTITIES) | {"39", "8217"}


def is_suspect(word: str) -> bool:
    """Say whether a phrase of one plain word or stem, in lower case, could be read in an entity."""
    if word in _NAMES:
        return True
    return word.endswith("*") and any(name.startswith(word[:-1]) for name in _NAMES)


def is_plain(phrase: Phrase) -> bool:
    """Say, cheaply, that the phrase can not be read inside an entity; False leaves it open.

    Without `;`, and without an `&` that an entity's next letter could follow, a match that enters
    an entity can but be its name: one word.
    """
    if _has_mark(phrase):
        return False
    there = [item for item in phrase.items if not can_be_absent(item)]
    if len(there) > 1:
        return True
    only = there[0]
    if len(phrase.items) > 1 or not isinstance(only, Token) or len(only.pieces) > 1:
        return False
    group = only.pieces[0]
    return isinstance(group, Group) and all(map(is_plain, group.branches))


def _has_mark(phrase: Phrase) -> bool:
    for item in phrase.items:
        for piece in item.pieces if isinstance(item, Token) else ():
            if isinstance(piece, Group):
                if any(map(_has_mark, piece.branches)):
                    return True
            elif isinstance(piece, Literal) and _MARK.search(piece.text):
                return True
    return False


def read_inside(node: Node) -> str:
    """Return an entity inside which the phrase could begin, end or pass; "" where none is."""
    machine = _Machine()
    end = machine.build(node, 0)
    everywhere = frozenset(range(len(machine.steps)))
    for entity in ENTITIES:
        # A match enters with the `&` itself, from any state; or it begins inside.
        states = machine.step(everywhere, entity[0])
        for i in range(1, len(entity)):
            if end in states and entity[i] not in _ALNUM:
                return entity.decode()
            if entity[i - 1] not in _ALNUM:
                states |= machine.closure({0})
            states = machine.step(states, entity[i])
        if states:
            return entity.decode()
    return ""


class _Machine:
    """A nondeterministic automaton over folded bytes; state 0 is where a match begins."""

    def __init__(self) -> None:
        self.steps: list[list[tuple[frozenset[int], int]]] = [[]]
        self.free: list[list[int]] = [[]]

    def build(self, node: Node, start: int) -> int:
        """Add the node after state `start`; return the state at its end."""
        match node:
            case Lit():
                for byte in node.text:
                    start = self._arc(start, frozenset((byte,)))
                return start
            case Digit():
                return self._arc(start, frozenset(range(48 + node.low, 49 + node.high)))
            case Mark():
                return self._mark(node, start)
            case Seq():
                for part in node.parts:
                    start = self.build(part, start)
                return start
            case Alt():
                end = self._state()
                for branch in node.branches:
                    self.free[self.build(branch, self._free(start))].append(end)
                return end
            case Rep():
                return self._repeat(node, start)
            case _ as never:
                assert_never(never)

    def _repeat(self, node: Rep, start: int) -> int:
        for _ in range(node.low):
            start = self.build(node.node, start)
        if node.high is None:
            head = self._free(start)
            self.free[self.build(node.node, head)].append(head)
            return self._free(head)
        end = self._state()
        for _ in range(node.high - node.low):
            self.free[start].append(end)
            start = self.build(node.node, self._free(start))
        self.free[start].append(end)
        return end

    def _mark(self, mark: Mark, start: int) -> int:
        match mark:
            case Mark.MAYGAP:
                end = self._arc(start, frozenset(b" "))
                self.free[start].append(end)
                return end
            case Mark.JOINT:
                end = self._arc(start, frozenset(b"- "))
                self.steps[end].append((frozenset(b"- "), end))
                return end
            case Mark.WORD:
                end = self._arc(start, _ALNUM)
                self.steps[end].append((_ALNUM, end))
                return end
            case Mark.TAIL:
                end = self._free(start)
                self.steps[end].append((_ALNUM, end))
                return end
            case _ as never:
                assert_never(never)

    def _state(self) -> int:
        self.steps.append([])
        self.free.append([])
        return len(self.steps) - 1

    def _free(self, start: int) -> int:
        end = self._state()
        self.free[start].append(end)
        return end

    def _arc(self, start: int, on: frozenset[int]) -> int:
        end = self._state()
        self.steps[start].append((on, end))
        return end

    def closure(self, states: set[int]) -> frozenset[int]:
        """Add every state that is reached without reading."""
        reached = set(states)
        queue = list(states)
        while queue:
            for state in self.free[queue.pop()]:
                if state not in reached:
                    reached.add(state)
                    queue.append(state)
        return frozenset(reached)

    def step(self, states: frozenset[int], byte: int) -> frozenset[int]:
        """Read one byte."""
        return self.closure({end for s in states for on, end in self.steps[s] if byte in on})
