"""The JSON Schema for editors."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml

from coldstop.policy.model import CONDITION_KEYS
from coldstop.policy.schema import schema, schema_text
from coldstop.resources import shipped

if TYPE_CHECKING:
    from pathlib import Path

SHIPPED = sorted(shipped("policies").rglob("*.yaml"))


class Core(yaml.SafeLoader):
    """Reads plain scalars as YAML 1.2 does, and editors with it: `on` is text, days are text."""


Core.yaml_implicit_resolvers = {}
Core.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("(?:true|false)$"), list("tf"))
Core.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile("[-+]?[0-9]+$"), list("-+0123456789")
)


def as_editors_see(text: str) -> Any:
    """Read YAML as an editor does: typed, keys as text."""

    def keys(value: Any) -> Any:
        if isinstance(value, dict):
            return {str(key): keys(inner) for key, inner in value.items()}
        return [keys(inner) for inner in value] if isinstance(value, list) else value

    return keys(yaml.load(text, Loader=Core))  # noqa: S506 - a SafeLoader


def complaints(text: str) -> list[str]:
    """Validate a text as an editor does."""
    validator = jsonschema.Draft7Validator(schema())
    return [error.json_path for error in validator.iter_errors(as_editors_see(text))]


def test_the_schema_is_valid() -> None:
    """It is JSON and a schema of the draft that it names."""
    assert json.loads(schema_text()) == schema()
    jsonschema.Draft7Validator.check_schema(schema())


@pytest.mark.parametrize("path", SHIPPED, ids=[path.name for path in SHIPPED])
def test_shipped_policies_satisfy_the_schema(path: Path) -> None:
    """An editor has nothing to say about the shipped policies."""
    assert complaints(path.read_text()) == []


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("coldstop: 2\n", "$.coldstop"),
        ("coldstop: 1\nrule: {}\n", "$"),
        ("coldstop: 1\nrules: {A: {points: 1}}\n", "$.rules"),
        ("coldstop: 1\nrules: {a: {points: 1, point: 2}}\n", "$.rules.a"),
        ("coldstop: 1\nrules: {a: {points: x}}\n", "$.rules.a.points"),
        ("coldstop: 1\nrules: {a: {off: yes}}\n", "$.rules.a.off"),
        ("coldstop: 1\nrules: {a: {when: {txt: x}}}\n", "$.rules.a.when"),
        ("coldstop: 1\nrules: {a: {when: {text: x, role: y}}}\n", "$.rules.a.when"),
        ("coldstop: 1\nrules: {a: {when: {text: []}}}\n", "$.rules.a.when"),
        ("coldstop: 1\nladder: {x: keep}\n", "$.ladder"),
        ("coldstop: 1\nladder: {0: fiel}\n", "$.ladder['0']"),
        ("coldstop: 1\nreader: {commute: {from: []}}\n", "$.reader.commute.from"),
        ("coldstop: 1\nlists: {a: {ad: x}}\n", "$.lists.a"),
        ("lists: {}\n", "$"),
    ],
)
def test_slips_are_shown_where_they_are(text: str, path: str) -> None:
    """An editor underlines what the loader would refuse."""
    assert complaints(text) == [path]


def test_plain_scalars_may_look_like_anything() -> None:
    """A phrase may be a number, a name may be true; points may be written with a sign."""
    text = "coldstop: 1\nlists: {a: [1099, true, x]}\nrules: {a: {when: {text: 401}, points: +3}}\n"
    assert complaints(text) == []


def test_everything_is_explained() -> None:
    """Every key has a description, of its own or of what stands there."""
    whole = schema()
    for part in (whole, *whole["definitions"].values()):
        for key, value in part.get("properties", {}).items():
            reference = value.get("$ref", "").rpartition("/")[2]
            assert value.get("description") or whole["definitions"][reference]["description"], key


def test_every_test_is_a_condition() -> None:
    """The schema offers each kind of condition by its key."""
    parts = schema()["definitions"]
    options = parts["Not"]["properties"]["not"]["oneOf"]
    required = [parts[option["$ref"].rpartition("/")[2]]["required"][0] for option in options]
    assert tuple(required) == CONDITION_KEYS


def test_nothing_of_the_library_shows() -> None:
    """No null, no empty default, no title made from a name, no draft that editors do not know."""
    text = schema_text()
    assert '"null"' not in text
    assert '"default": null' not in text
    assert "$defs" not in text
    assert '"title": "Points Each"' not in text
