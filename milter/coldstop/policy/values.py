"""The values of a policy: text as the strict loader hands it over, read as what it means.

Names, whole numbers, days, folders, and lists that a single item may stand for. `no`, `1:30` and
`012` never turn into something else on the way (H12).

Fails: ValueError with what was expected, for `policy/load.py` to place in the file.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)

from coldstop.policy.folders import problem
from coldstop.policy.words import Kind, SearchState, Tier, Zone

NAME = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
MAX_NAME = 60


def listed(value: Any) -> Any:
    """Let a single item stand where a list is meant."""
    return value if isinstance(value, list | tuple) else [value]


def _name(value: str) -> str:
    if len(value) > MAX_NAME or not NAME.fullmatch(value):
        msg = "a name is lower-case letters and digits joined by '-' or '_', at most 60 characters"
        raise ValueError(msg)
    return value


def whole(value: Any) -> Any:
    """Read whole numbers in decimal only; `012` and `1_000` are slips, not numbers (H12)."""
    if isinstance(value, str):
        if not re.fullmatch(r"[+-]?(?:0|[1-9][0-9]{0,8})", value):
            raise ValueError("expected a whole number, such as 10 or -4")
        return int(value)
    return value


def _yes_no(value: Any) -> Any:
    if isinstance(value, str):
        if value not in {"true", "false"}:
            raise ValueError("expected true or false")
        return value == "true"
    return value


def _day(value: Any) -> Any:
    if isinstance(value, str):
        try:
            # `fromisoformat` reads week dates and days without hyphens too.
            if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
                raise ValueError(value)  # noqa: TRY301 - one message for every bad date
            return dt.date.fromisoformat(value)
        except ValueError:
            raise ValueError("expected a date such as 2027-03-01") from None
    return value


_GRACE = re.compile(r"(?:0|[1-9][0-9]{0,2})(?:d|bd)")


def _grace(value: str) -> str:
    if not _GRACE.fullmatch(value):
        raise ValueError("expected days such as 14d, or business days such as 10bd")
    return value


def _folder(value: str) -> str:
    if why := problem(value):
        raise ValueError(why)
    return value


def one_line(value: Any) -> Any:
    """Drop the line ends around a text, as a YAML block leaves them; refuse them inside."""
    if isinstance(value, str):
        value = value.strip("\n")
        if "\n" in value or "\t" in value:
            raise ValueError("expected text in one line, without tabs")
    return value


T = TypeVar("T")
Some = Annotated[tuple[T, ...], Field(min_length=1)]

Name = Annotated[
    str,
    AfterValidator(_name),
    WithJsonSchema({"type": "string", "pattern": f"^{NAME.pattern}$", "maxLength": MAX_NAME}),
]
Int = Annotated[int, BeforeValidator(whole)]
Bool = Annotated[bool, BeforeValidator(_yes_no)]
Day = Annotated[dt.date, BeforeValidator(_day)]
Text = Annotated[
    str,
    Field(min_length=1, max_length=2000),
    BeforeValidator(one_line),
]
Prose = Annotated[str, Field(min_length=1, max_length=20_000)]
Texts = Annotated[
    Some[Text],
    BeforeValidator(listed, json_schema_input_type=Text | Some[Text]),
]
AnyTexts = Annotated[
    tuple[Text, ...],
    BeforeValidator(listed, json_schema_input_type=Text | tuple[Text, ...]),
]
Names = Annotated[
    tuple[Name, ...],
    BeforeValidator(listed, json_schema_input_type=Name | tuple[Name, ...]),
]
Zones = Annotated[
    Some[Zone],
    BeforeValidator(listed, json_schema_input_type=Zone | Some[Zone]),
]
Tiers = Annotated[
    Some[Tier],
    BeforeValidator(listed, json_schema_input_type=Tier | Some[Tier]),
]
Kinds = Annotated[
    Some[Kind],
    BeforeValidator(listed, json_schema_input_type=Kind | Some[Kind]),
]
States = Annotated[
    Some[SearchState],
    BeforeValidator(listed, json_schema_input_type=SearchState | Some[SearchState]),
]
Grace = Annotated[
    str,
    AfterValidator(_grace),
    WithJsonSchema({"type": "string", "pattern": f"^{_GRACE.pattern}$"}),
]
Folder = Annotated[str, AfterValidator(_folder)]


class Model(BaseModel):
    """Common ground: unknown keys are refused, values cannot change."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
