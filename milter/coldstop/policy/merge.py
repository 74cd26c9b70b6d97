"""Joining a policy with those it extends, as trees, so that every value keeps its place.

Each file counts once, the extended ones first. Fields of `reader`, `pitch`, `folders`, `trust`
and `reply` replace those of the same name; a list adds to a list of the same name, or edits it
with `add` and `remove`; a rule is joined key by key with the rule of the same name; a ladder
replaces the one before; `stopped` adds. `name`, `description`, `extends`, `lock` and `cases`
belong to their file alone.

Refuses: values that a `lock` protects. A lock holds what the locking file says together with the
files that it extends; nothing outside of them may make the effective policy say otherwise, in
whichever order the files come. Fails: findings are returned, never raised.
"""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING

from coldstop.policy.errors import Code, PolicyError, Severity, clip
from coldstop.policy.model import RulePart
from coldstop.policy.yaml import MapNode, Node, SeqNode, TextNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coldstop.policy.effective import Source

SECTIONS = ("reader", "lists", "rules", "pitch", "ladder", "folders", "stopped", "trust", "reply")
"""What files hand on to those that extend them, in the order of the effective policy."""

Data = str | list["Data"] | dict[str, "Data"]


def to_data(node: Node) -> Data:
    """Drop the places: text, lists and mappings."""
    if isinstance(node, TextNode):
        return node.text
    if isinstance(node, SeqNode):
        return [to_data(item) for item in node.items]
    return {key.text: to_data(value) for key, value in node.entries}


def nearest(word: str, words: Sequence[str]) -> str:
    """Ask `did you mean` where a word comes close, or give nothing."""
    found = difflib.get_close_matches(clip(word), words, n=1)
    return f"did you mean '{found[0]}'?" if found else ""


def merge(trees: Sequence[MapNode]) -> tuple[MapNode, list[PolicyError]]:
    """Join trees, each over those before it; also give what was found to be pointless."""
    notices: list[PolicyError] = []
    merged: dict[str, tuple[TextNode, Node]] = {}
    for tree in trees:
        for key, value in tree.entries:
            section = key.text
            if section not in SECTIONS:
                continue
            known = merged.get(section)
            if known is None and section != "lists":
                merged[section] = (key, value)
            elif known is None:
                empty = replace_entries(value, ())
                merged[section] = (key, _lists(empty, value, notices))
            else:
                merged[section] = (known[0], _join(section, known[1], value, notices))
    entries = tuple(merged[section] for section in SECTIONS if section in merged)
    return MapNode(entries, trees[-1].file, 1, 1), notices


def _join(section: str, old: Node, new: Node, notices: list[PolicyError]) -> Node:
    if section == "lists":
        return _lists(old, new, notices)
    if section == "rules":
        return _rules(old, new)
    if section == "ladder":
        return new
    if isinstance(old, SeqNode) and isinstance(new, SeqNode):
        return replace(old, items=(*old.items, *new.items))
    return _fields(old, new)


def replace_entries(node: Node, entries: tuple[tuple[TextNode, Node], ...]) -> MapNode:
    """Make a mapping that stands where `node` stands."""
    return MapNode(entries, node.file, node.line, node.column)


def entries_of(node: Node | None) -> dict[str, tuple[TextNode, Node]]:
    """Give the entries of a mapping by key; nothing for anything else."""
    if not isinstance(node, MapNode):
        return {}
    return {key.text: (key, value) for key, value in node.entries}


def items_of(node: Node | None) -> tuple[Node, ...]:
    """Give the entries of a list; a text by itself is a list of one."""
    if isinstance(node, SeqNode):
        return node.items
    return () if node is None else (node,)


def _fields(old: Node, new: Node) -> MapNode:
    return replace_entries(old, tuple((entries_of(old) | entries_of(new)).values()))


def _lists(old: Node, new: Node, notices: list[PolicyError]) -> MapNode:
    merged = entries_of(old)
    for name, (key, value) in entries_of(new).items():
        known_key, known = merged.get(name, (key, None))
        items = {text_of(item): item for item in items_of(known)}
        if isinstance(value, MapNode):
            removed = items_of(value.get("remove"))
            notices += [
                _not_there(name, item, tuple(items))
                for item in removed
                if text_of(item) not in items
            ]
            for item in removed:
                items.pop(text_of(item), None)
            added = items_of(value.get("add"))
        else:
            added = items_of(value)
        for item in added:
            items.setdefault(text_of(item), item)
        place = known if known is not None else value
        merged[name] = (
            known_key,
            SeqNode(tuple(items.values()), place.file, place.line, place.column),
        )
    return replace_entries(old, tuple(merged.values()))


def text_of(node: Node) -> str:
    """Give a scalar's text as the model reads it; nothing for anything else."""
    return node.text.strip("\n") if isinstance(node, TextNode) else ""


def _not_there(name: str, item: Node, there: tuple[str, ...]) -> PolicyError:
    return PolicyError(
        Code.NOTHING_REMOVED,
        item.file,
        item.line,
        item.column,
        f"the list '{name}' has no entry '{clip(text_of(item))}' to remove",
        nearest(text_of(item), there),
        Severity.WARNING,
    )


def _rules(old: Node, new: Node) -> MapNode:
    merged = entries_of(old)
    for name, (key, value) in entries_of(new).items():
        if name in merged:
            known_key, known = merged[name]
            merged[name] = (known_key, _rule(known, value))
        else:
            merged[name] = (key, value)
    return replace_entries(old, tuple(merged.values()))


def _rule(old: Node, new: Node) -> MapNode:
    kept, given = entries_of(old), entries_of(new)
    ways = [way for way in RulePart.WAYS if way in given]
    if ways:
        # Another way to count replaces the old one, with what belongs to that only.
        dropped = {way for way in RulePart.WAYS if way not in ways}
        if not any(way.endswith("_each") for way in ways):
            dropped.add("cap")
        was_pitch = any(way in kept for way in ("pitch", "pitch_each"))
        is_pitch = any(way.startswith("pitch") for way in ways)
        if was_pitch and not is_pitch:
            dropped.add("kind")
        if is_pitch and not was_pitch:
            dropped.update(("at_least", "at_most", "always"))
        kept = {key: entry for key, entry in kept.items() if key not in dropped}
    return replace_entries(old, tuple((kept | given).values()))


# --- locks ----------------------------------------------------------------------------------


def check_locks(
    sources: Sequence[Source], bases: Sequence[frozenset[Source]], merged: MapNode
) -> Iterator[PolicyError]:
    """Find what says otherwise than a lock allows.

    `bases[n]` is what `sources[n]` builds on, itself included.
    """
    for source, base in zip(sources, bases, strict=True):
        locks = items_of(source.tree.get("lock"))
        if not locks:
            continue
        alone, _ = merge([other.tree for other in sources if other in base])
        for lock in locks:
            path = text_of(lock).split(".")
            unknown = _unknown_lock(path, alone)
            if unknown is not None:
                yield PolicyError(
                    Code.UNKNOWN_LOCK,
                    lock.file,
                    lock.line,
                    lock.column,
                    f"there is nothing named '{clip(text_of(lock))}' to lock",
                    unknown,
                )
                continue
            held, now = find(alone, path), find(merged, path)
            if _same(held, now):
                continue
            places = [
                place
                for other in sources
                if other not in base
                for place in _changes(other.tree, path, held, now)
            ]
            for place in places or [lock]:
                yield PolicyError(
                    Code.LOCKED,
                    place.file,
                    place.line,
                    place.column,
                    f"'{clip(text_of(lock))}' is locked by {source.name}",
                    f"the lock is in {lock.file}:{lock.line}",
                )


def _unknown_lock(path: list[str], tree: MapNode) -> str | None:
    """Give a hint where a lock names nothing, else None."""
    if path[0] not in SECTIONS:
        return nearest(path[0], SECTIONS) or f"what can be locked: {', '.join(SECTIONS)}"
    if path[0] in {"lists", "rules"} and len(path) > 1:
        names = tuple(entries_of(tree.get(path[0])))
        if path[1] not in names:
            return nearest(path[1], names) or "a lock names something that its own file has"
    if path[0] == "rules" and len(path) > 2 and path[2] not in RulePart.model_fields:
        return nearest(path[2], tuple(RulePart.model_fields)) or "no rule has such a key"
    if len(path) > {"rules": 3, "ladder": 1, "stopped": 1}.get(path[0], 2):
        return f"lock '{'.'.join(path[:-1])}' instead"
    return None


def find(node: Node | None, path: Sequence[str]) -> Node | None:
    """Give the node that keys lead to, or None."""
    for key in path:
        node = node.get(key) if isinstance(node, MapNode) else None
    return node


def _same(one: Node | None, other: Node | None) -> bool:
    if one is None or other is None:
        return one is other
    return one is other or to_data(one) == to_data(other)


def _changes(
    tree: MapNode, path: Sequence[str], held: Node | None, now: Node | None
) -> Iterator[Node]:
    """Find the places in one file that touch a locked value."""
    node: Node = tree
    place: Node | None = None
    for step, key in enumerate(path):
        here = entries_of(node)
        if key not in here:
            # `points_each` written over locked `points` changes these.
            if step == 2 and key in RulePart.WAYS:
                yield from (here[way][0] for way in RulePart.WAYS if way in here)
            return
        place, node = here[key]
    if place is None:
        return
    if len(path) == 1 and path[0] in {"lists", "rules"}:
        # The whole section is locked: point at the entries that differ.
        for key, (name, _) in entries_of(node).items():
            if not _same(find(held, [key]), find(now, [key])):
                yield name
        return
    yield place
