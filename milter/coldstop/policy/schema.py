"""The policy language as a JSON Schema, for editors that complete and explain.

Made from the models, so it cannot fall behind them. Editors read YAML before they apply it: a
number may stand as a number, `true` as a boolean, and a text may look like either. What the
schema cannot say (references, sums, circles) `coldstop check` does.

Refuses nothing and cannot fail. Written in draft 7, which yaml-language-server knows best; there
a `$ref` hides what stands beside it, hence `allOf`.
"""

from __future__ import annotations

import json
from typing import Any

from coldstop.policy.model import PolicyFile, Verdict

DRAFT = "http://json-schema.org/draft-07/schema#"

_PARTS = "definitions"
# A text with one of these is not just any text.
_SPECIAL = frozenset({"enum", "const", "format", "pattern"})
# Plain YAML that an editor reads as something else than text.
_ANY_SCALAR = ["string", "number", "boolean"]
_RUNG = (
    "A verdict, for most with a folder if you like: `tag`, `file Recruiters`. Verdicts from mild "
    "to harsh: keep, tag, later, file, quarantine, trash, reject, discard."
)


def schema() -> dict[str, Any]:
    """Describe one policy file."""
    made = PolicyFile.model_json_schema(ref_template=f"#/{_PARTS}/{{model}}")
    parts = made.pop("$defs")
    made["title"] = "coldstop policy"
    for part in (made, *parts.values()):
        part.setdefault("title", "")
    whole: dict[str, Any] = {"$schema": DRAFT, **_tidy(made, top=True)}
    whole[_PARTS] = {name: _tidy(part, top=True) for name, part in sorted(parts.items())}
    ladder = whole["properties"]["ladder"]
    ladder["propertyNames"] = {"pattern": "^[+-]?(0|[1-9][0-9]{0,8})$"}
    verdicts = [verdict.value for verdict in Verdict]
    ladder["additionalProperties"] = {
        "description": _RUNG,
        "anyOf": [
            {"enum": verdicts},
            {"type": "string", "pattern": f"^({'|'.join(verdicts)})\\s+\\S"},
            {"$ref": f"#/{_PARTS}/Rung"},
        ],
    }
    return whole


def schema_text() -> str:
    """Describe one policy file, as JSON for a file of its own."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _tidy(node: Any, *, top: bool = False, named: bool = False) -> Any:
    """Rewrite pydantic's schema for editors. `named`: the keys of `node` are the policy's."""
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    if named:
        return {key: _tidy(value) for key, value in node.items()}
    made = {
        key: _tidy(value, named=key == "properties")
        for key, value in node.items()
        # Titles made from names say nothing; `null` stands nowhere in a policy.
        if (key != "title" or top) and not (key == "default" and value is None)
    }
    options = made.get("anyOf")
    if options:
        kept = [option for option in options if option != {"type": "null"}]
        if len(kept) == 1:
            del made["anyOf"]
            made = kept[0] | made if "$ref" not in kept[0] else made | kept[0]
        else:
            made["anyOf"] = kept
    if "patternProperties" in made:
        # Other keys are refused, so say what all keys are instead.
        ((pattern, value),) = made.pop("patternProperties").items()
        made["additionalProperties"] = value
        made["propertyNames"] = {**made.get("propertyNames", {}), "pattern": pattern}
    if "$ref" in made and len(made) > 1:
        made["allOf"] = [{"$ref": made.pop("$ref")}]
    if made.get("type") == "string" and _SPECIAL.isdisjoint(made):
        made["type"] = _ANY_SCALAR
    return made
