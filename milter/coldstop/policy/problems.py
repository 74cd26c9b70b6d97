"""What pydantic finds, said in the words of the policy language and at the place in the file.

Refuses nothing. Fails: a kind of finding that this module does not know becomes `bad-value` with
a general sentence; the tests keep that from happening for every construct of the language.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from coldstop.policy import model
from coldstop.policy.errors import Code, PolicyError, clip
from coldstop.policy.merge import entries_of, nearest
from coldstop.policy.yaml import MapNode, Node, SeqNode, TextNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic import ValidationError

Step = str | int

_TESTS: dict[str, type[model.Model]] = {
    "all": model.All,
    "any": model.AnyOf,
    "not": model.Not,
    "text": model.TextTest,
    "header": model.HeaderTest,
    "address": model.AddressTest,
    "labels": model.LabelsTest,
    "place": model.PlaceTest,
    "role": model.RoleTest,
    "work": model.WorkTest,
    "relationship": model.RelationshipTest,
    "authenticated": model.AuthenticatedTest,
    "asked_to_stop": model.AskedToStopTest,
    "search": model.SearchTest,
    "date": model.DateTest,
    "kind": model.KindTest,
    "letters": model.LettersTest,
    "pay": model.PayTest,
    "greets": model.GreetsTest,
    "differs": model.DiffersTest,
    "answers": model.AnswersTest,
    "profile": model.ProfileTest,
    "rule": model.RuleTest,
}
_SECTIONS: dict[str, type[model.Model]] = {
    "reader": model.Reader,
    "pitch": model.Pitch,
    "folders": model.Folders,
    "trust": model.Trust,
    "reply": model.Reply,
    "lists": model.ListEdit,
    "rules": model.RulePart,
    "stopped": model.Stopped,
    "cases": model.Case,
    "ladder": model.Rung,
}


class _Spot(NamedTuple):
    """Where a finding belongs: the key that leads there, and the value (None if missing)."""

    key: TextNode | None
    node: Node
    found: bool


def problems(
    error: ValidationError, tree: MapNode, prefix: tuple[Step, ...] = ()
) -> Iterator[PolicyError]:
    """Turn each of pydantic's findings about `tree` into one of ours.

    `prefix` leads from the top of the policy to what was validated.
    """
    for raw in error.errors(include_url=False, include_input=False):
        loc: tuple[Step, ...] = (*prefix, *raw["loc"])
        kind: str = raw["type"]
        spot = _find(tree, loc)
        if isinstance(spot.node, TextNode) and spot.node.missing:
            continue  # the loader has said that no value stands here
        if kind == "too_short" and (
            isinstance(spot.node, TextNode) or (isinstance(spot.node, SeqNode) and spot.node.items)
        ):
            continue  # only because the entries have findings of their own
        code, message, hint = _words(kind, loc, raw.get("ctx", {}), spot)
        at_key = kind in {"extra_forbidden", "missing"} or loc[-1:] == ("[key]",)
        place: Node = spot.node
        if spot.key is not None and (at_key or not isinstance(spot.node, TextNode)):
            place = spot.key
        yield PolicyError(code, place.file, place.line, place.column, message, hint)


def same_scores(tree: MapNode) -> Iterator[PolicyError]:
    """Find steps of the ladder that are equal as numbers though not as text: `0` and `-0`."""
    seen: dict[int, int] = {}
    for text, (key, _) in entries_of(tree.get("ladder")).items():
        try:
            score = int(text[:12])
        except ValueError:
            continue  # the model says so
        if score in seen:
            yield PolicyError(
                Code.DUPLICATE_KEY,
                key.file,
                key.line,
                key.column,
                f"the score {score} stands twice",
                f"the first one is in line {seen[score]}",
            )
        seen.setdefault(score, key.line)


def half_a_rule(name: str, key: TextNode, names: tuple[str, ...], *, off: bool) -> PolicyError:
    """Say that a rule of the effective policy has no condition, or is none but switched off."""
    hint = nearest(name, tuple(other for other in names if other != name))
    if off:
        code, message = Code.UNKNOWN_RULE, f"there is no rule '{clip(name)}' to switch off"
    else:
        code, message = Code.INCOMPLETE_RULE, f"the rule '{clip(name)}' has no condition"
        hint = hint or "give it a when:, or extend the policy that has the rest of it"
    return PolicyError(code, key.file, key.line, key.column, message, hint)


def _path(loc: Sequence[Step]) -> list[Step]:
    """Leave out what pydantic adds for unions: the path of keys and numbers in the file."""
    steps = list(loc)
    if steps[:1] == ["lists"]:
        # The tag of the list goes, and that of an entry, which stands behind its number.
        rest = steps[3:]
        return steps[:2] + [
            step
            for at, step in enumerate(rest)
            if at == 0 or not (isinstance(rest[at - 1], int) and step in {"text", "entry"})
        ]
    if steps[:1] == ["cases"] and steps[2:3] == ["mail"]:
        return steps[:3] + steps[4:]
    if steps[:1] != ["rules"] or steps[2:3] != ["when"]:
        return steps
    path, rest = steps[:3], steps[3:]
    while rest:
        # First the tag of the union, then the key of the test, then what stands below.
        key = rest[1:2]
        rest = rest[2:]
        path += key
        if key == ["not"]:
            continue
        if key in (["all"], ["any"]):
            path += rest[:1]
            rest = rest[1:]
            continue
        return path + rest
    return path


def _find(tree: MapNode, loc: Sequence[Step]) -> _Spot:
    key: TextNode | None = None
    node: Node = tree
    for step in _path(loc):
        if step == "[key]":
            return _Spot(key, key or node, found=True)
        if isinstance(node, MapNode) and isinstance(step, str):
            name, value = node.key(step), node.get(step)
            if name is None or value is None:
                return _Spot(key, node, found=False)
            key, node = name, value
        elif isinstance(node, SeqNode) and isinstance(step, int) and step < len(node.items):
            key, node = None, node.items[step]
        # Otherwise a single text stands for a list, a rung or a search.
    return _Spot(key, node, found=True)


def keys_at(loc: Sequence[Step]) -> tuple[str, ...]:
    """Name the keys that the language knows at the place of an unknown one."""
    parent = loc[:-1]
    kind: type[model.Model] = model.PolicyFile
    if parent[:1] == ("rules",) and "when" in parent[2:3]:
        kind = _TESTS.get(str(parent[-1]), model.RulePart)
        if parent[-2:] == ("date", "date"):
            kind = model.DateRange
    elif parent[:2] == ("reader", "commute"):
        kind = model.Commute
    elif parent[:2] == ("reader", "search"):
        kind = model.Search
    elif parent[:2] == ("reader", "pay"):
        kind = model.Pay
    elif parent[:1] == ("lists",) and parent[3:]:
        kind = model.Notes if parent[3] == "about" else model.Entry
    elif parent[:1] == ("cases",) and "mail" in parent:
        kind = model.Mail
    elif parent:
        kind = _SECTIONS[str(parent[0])]
    return tuple(field.alias or name for name, field in kind.model_fields.items())


def _words(
    kind: str, loc: tuple[Step, ...], ctx: dict[str, Any], spot: _Spot
) -> tuple[Code, str, str]:
    """Find code, message and hint for one of pydantic's kinds of finding."""
    last = str(loc[-1]) if loc else ""
    text = clip(spot.node.text) if isinstance(spot.node, TextNode) else ""
    match kind:
        case "extra_forbidden":
            keys = keys_at(loc)
            hint = nearest(last, keys) or f"known here: {', '.join(keys)}"
            return Code.UNKNOWN_KEY, f"unknown key '{clip(last)}'", hint
        case "missing":
            return Code.MISSING_KEY, f"'{last}' is missing{_inside(spot)}", ""
        case "condition":
            return _condition(spot.node)
        case "enum" | "literal_error":
            words = re.findall(r"'([^']*)'", ctx["expected"]) or [ctx["expected"]]
            if not isinstance(spot.node, TextNode):
                return Code.WRONG_SHAPE, _shape(spot.node, f"one of {', '.join(words)}"), ""
            if loc == ("coldstop",):
                return (
                    Code.BAD_VALUE,
                    f"version '{text}' of the policy language is not known",
                    "write coldstop: 1",
                )
            word = text.split(" ")[0] if loc[0] == "ladder" else text
            hint = nearest(word, words) or f"one of {', '.join(words)}"
            return Code.BAD_VALUE, f"'{word}' is not known here", hint
        case "string_type":
            return Code.WRONG_SHAPE, _shape(spot.node, "text"), ""
        case "int_type":
            return Code.WRONG_SHAPE, _shape(spot.node, "a whole number"), ""
        case "bool_type":
            return Code.WRONG_SHAPE, _shape(spot.node, "true or false"), ""
        case "date_type":
            return Code.WRONG_SHAPE, _shape(spot.node, "a date such as 2027-03-01"), ""
        case "tuple_type":
            hint = "begin each entry with '- ', or write [one, two]"
            return Code.WRONG_SHAPE, _shape(spot.node, "a list"), hint
        case "dict_type" | "model_type":
            return Code.WRONG_SHAPE, _shape(spot.node, "keys with values"), ""
        case "string_too_short":
            return Code.MISSING_VALUE, "the text is empty", "give it a value, or remove it"
        case "string_too_long":
            return Code.OUT_OF_RANGE, f"longer than {ctx['max_length']} characters", ""
        case "too_short":
            return Code.MISSING_VALUE, f"'{last}' is empty", "it needs one entry at least"
        case "too_long":
            return Code.OUT_OF_RANGE, f"more than {ctx['max_length']} entries", ""
        case "greater_than_equal":
            return Code.OUT_OF_RANGE, f"{text} is too small", f"at least {ctx['ge']}"
        case "less_than_equal":
            return Code.OUT_OF_RANGE, f"{text} is too large", f"at most {ctx['le']}"
        case "value_error":
            return _own(str(ctx["error"]), loc, spot, text)
        case _:
            return Code.BAD_VALUE, f"'{text}' is not what is expected here", ""


def _own(words: str, loc: tuple[Step, ...], spot: _Spot, text: str) -> tuple[Code, str, str]:
    """Place the sentences of our own validators: they know what, not where."""
    if isinstance(spot.node, MapNode):
        code = Code.INCOMPLETE_RULE if "needs" in words or "go with" in words else None
        return code or Code.CONTRADICTION, words, ""
    if words.startswith("a name is"):
        return Code.BAD_NAME, f"'{text}' is no name", words
    if loc[:1] == ("ladder",) and loc[-1:] == ("[key]",):
        return Code.BAD_VALUE, f"'{text}' is no score", words
    if isinstance(spot.node, SeqNode):
        return Code.BAD_VALUE, words, ""
    return Code.BAD_VALUE, f"'{text}' does not fit here", words


def _condition(node: Node) -> tuple[Code, str, str]:
    if not isinstance(node, MapNode):
        hint = 'such as {text: "perfect fit"} or {relationship: stranger}'
        return Code.BAD_CONDITION, _shape(node, "a condition"), hint
    keys = [key.text for key, _ in node.entries]
    tests = [key for key in keys if key in model.CONDITION_KEYS]
    if len(tests) > 1:
        return (
            Code.BAD_CONDITION,
            f"one condition asks several things: {', '.join(tests)}",
            "join them with all: [...] or any: [...]",
        )
    hint = next(filter(None, (nearest(key, model.CONDITION_KEYS) for key in keys)), "")
    what = f"no test is named '{clip(keys[0])}'" if keys else "a condition without a test"
    return Code.BAD_CONDITION, what, hint or f"tests: {', '.join(model.CONDITION_KEYS)}"


def _shape(node: Node, wanted: str) -> str:
    if isinstance(node, TextNode):
        return f"expected {wanted}, found the text '{clip(node.text)}'"
    return f"expected {wanted}, found {'a list' if isinstance(node, SeqNode) else 'keys'}"


def _inside(spot: _Spot) -> str:
    return f" in '{clip(spot.key.text)}'" if spot.key is not None else ""
