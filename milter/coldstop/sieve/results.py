"""Forms of Authentication-Results that a script may believe: `sieve_templates/results.yaml`.

`believable()` gives them as regular expressions. Letters of method, result and `header.from` mean
both cases (RFC 8601 §2.2); the rest is what the software writes. What the notation means, and why
nothing else is believed, stands at the head of that file.

Fails: SieveError (BAD_TARGET) for a file that is none; tests hold the shipped one.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coldstop.lexicon.regex import exact
from coldstop.resources import shipped
from coldstop.scorecard import raw
from coldstop.sieve.errors import SieveCode, SieveError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

BLANK: Final = "[[:blank:]]"
DOMAIN: Final = "[[:alnum:].-]+"
_FIXED: Final = {
    "domain": DOMAIN,
    "number": "[0-9]+",
    "base64": "[[:alnum:]+/=]+",
    # The domain of header.i, or header.d alone: the last thing that the sender chose.
    "signer": (
        f"{BLANK}+(header[.]d={DOMAIN}|(header[.]d={DOMAIN}{BLANK}+)?"
        f'header[.]i=[^[:space:]";()@=]*@{DOMAIN})'
    ),
}
_TOKEN: Final = re.compile(r"<([a-z0-9]+)>|([\[\]_ ])|(.)", re.DOTALL)


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Form(_Model):
    form: str
    software: tuple[str, ...]
    source: str
    date: Annotated[str, Field(pattern=r"^20\d\d-\d\d$")]


class _Refused(_Model):
    why: str
    software: tuple[str, ...]


class _File(_Model):
    words: dict[str, tuple[str, ...]]
    comments: tuple[str, ...]
    before: tuple[str, ...]
    verdicts: tuple[_Form, ...]
    signatures: tuple[_Form, ...]
    refused: tuple[_Refused, ...]


@dataclass(frozen=True, slots=True)
class Believable:
    """Regular expressions, without anchors."""

    comment: str
    """Behind the id."""
    before: str
    """In front of a verdict."""
    verdict: str
    """`dmarc=pass` up to the domain behind the first `header.from=`."""
    signatures: tuple[str, ...]
    """Whole forms of `dkim=pass`. The signer is what stands behind the one `@`, or, where there is
    none, behind `header.d=`."""
    believed: tuple[str, ...]
    """Software whose verdicts or signatures a script believes."""
    refused: tuple[str, ...]
    """What it does not, as sentences: why, and whose."""


@functools.cache
def believable() -> Believable:
    """Read the shipped file."""
    path = shipped("sieve_templates", "results.yaml")
    try:
        found = _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        raise SieveError(SieveCode.BAD_TARGET, f"results.yaml: {error}") from error
    words = {name: f"({_either(some)})" for name, some in found.words.items()} | _FIXED
    verdicts = "|".join(_regex(one.form, words) for one in found.verdicts if one.form)
    both = (*found.verdicts, *found.signatures)
    return Believable(
        comment=f"({BLANK}*[(]({_either(found.comments)})[)])?",
        before=f"({'|'.join(_regex(one, words) for one in found.before)}|{BLANK})*",
        verdict=f"{any_case('dmarc=pass')}({verdicts})?{BLANK}+{any_case('header.from=')}",
        signatures=tuple(_regex(one.form, words) for one in found.signatures),
        believed=tuple(dict.fromkeys(name for one in both for name in one.software)),
        refused=tuple(f"{one.why}: {', '.join(one.software)}" for one in found.refused),
    )


def any_case(text: str) -> str:
    """Spell text so that ASCII letters mean both cases: `[Dd][Kk]`."""
    return raw.any_case(text).decode()


def _either(texts: Iterable[str]) -> str:
    return "|".join(_regex(one, {}) for one in texts)


def _regex(form: str, words: Mapping[str, str]) -> str:
    """Write a form as a regular expression."""
    pieces: list[str] = []
    for word, mark, char in _TOKEN.findall(form):
        if word:
            pieces.append(words[word])
        elif mark:
            pieces.append({"[": "(", "]": ")?", "_": f"{BLANK}*", " ": f"{BLANK}+"}[mark])
        else:
            pieces.append(exact(char.encode()).decode())
    return "".join(pieces)
