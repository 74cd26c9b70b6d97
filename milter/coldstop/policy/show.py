"""The effective policy as YAML, every value with the file and line that it comes from.

What it prints can be loaded again and gives a policy of the same revision. Refuses nothing and
cannot fail.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from coldstop.policy.effective import FOLDERS
from coldstop.policy.merge import entries_of, text_of
from coldstop.policy.yaml import MapNode, Node, SeqNode, TextNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.policy.effective import Policy

# What needs no quotes, for YAML and for people. `null` and its like mean that nothing is there.
_PLAIN = re.compile(
    r"(?!(?:null|Null|NULL)$)[0-9A-Za-z](?:[0-9A-Za-z ._/+-]*[0-9A-Za-z._/+-])?|-[0-9]+"
)
_DEFAULT = "by default"


def render(policy: Policy) -> str:
    """Write the effective policy as YAML with origins as comments."""
    return "\n".join(_lines(policy)) + "\n"


def _lines(policy: Policy) -> Iterator[str]:
    yield f"# {_comment(policy.name)}, revision {policy.revision}: what holds after merging"
    for source in dict.fromkeys(source for row in policy.sources for source in row):
        yield f"#   {_comment(source.name)}"
    yield "coldstop: 1"
    yield f"name: {_quote(policy.name)}"
    if policy.description:
        yield f"description: {_quote(policy.description)}"
    sections = entries_of(policy.tree)
    for name, (_, node) in sections.items():
        yield f"{name}:" if _has_lines(node) else f"{name}: {_short(node)}"
        yield from _section(name, node, policy)
        if name == "folders":
            given = entries_of(node)
            yield from (f"  {line}" for line in _default_folders(set(given)))
        if name == "reply" and "reject" not in entries_of(node):
            yield f"  reject: {_quote(policy.reject_text)}  # {_DEFAULT}"
    if "folders" not in sections:
        yield "folders:"
        yield from (f"  {line}" for line in _default_folders(set()))
    if "reply" not in sections:
        yield "reply:"
        yield f"  reject: {_quote(policy.reject_text)}  # {_DEFAULT}"


def _section(name: str, node: Node, policy: Policy) -> Iterator[str]:
    if name != "rules":
        yield from _block(node, 2)
        return
    for key, (at, rule) in entries_of(node).items():
        if key in policy.rules:
            yield from _entry(at, rule, 2)
        else:
            yield f"  # {key}: off  # {_comment(str(policy.off.get(key, '')))}"


def _default_folders(given: set[str]) -> Iterator[str]:
    for name, folder in FOLDERS.model_dump().items():
        if name not in given:
            yield f"{name}: {_quote(folder)}  # {_DEFAULT}"


def _block(node: Node, indent: int) -> Iterator[str]:
    if isinstance(node, MapNode):
        for key, value in node.entries:
            yield from _entry(key, value, indent)
    elif isinstance(node, SeqNode):
        for item in node.items:
            if _has_lines(item):
                first, *rest = _block(item, indent + 2)
                yield f"{' ' * indent}- {first.lstrip()}"
                yield from rest
            else:
                yield f"{' ' * indent}- {_short(item)}{_origin(item)}"


def _entry(key: TextNode, value: Node, indent: int) -> Iterator[str]:
    name = f"{' ' * indent}{_quote(key.text)}:"
    if _has_lines(value):
        yield name
        yield from _block(value, indent + 2)
    else:
        yield f"{name} {_short(value)}{_origin(value)}"


def _has_lines(node: Node) -> bool:
    return bool(node.entries if isinstance(node, MapNode) else getattr(node, "items", ()))


def _short(node: Node) -> str:
    if isinstance(node, TextNode):
        return _quote(text_of(node))
    return "{}" if isinstance(node, MapNode) else "[]"


def _origin(node: Node) -> str:
    return f"  # {_comment(node.file)}:{node.line}"


def _quote(text: str) -> str:
    # JSON's strings are YAML's, as long as characters stand for themselves.
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _comment(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)
