"""Targets: what one kind of Sieve host can do, how much it holds, and how it behaves.

`load_target("pigeonhole")` reads `sieve_templates/targets/pigeonhole.yaml`, and
`load_target("./my.yaml")` a file of the same form. With `capabilities`,
the extensions of a server's own greeting (its "SIEVE" line), these count instead of the table's:
a server knows itself better than any table does.

Separator and prefix of folders are facts of a target or settings of a host (`named`); `folder`
gives a policy's folder as the host has it.

Refuses (`SieveError`): a target that is not shipped, a list of extensions that is none, and a host
without what scoring itself needs (`NEEDED`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coldstop.message.limits import LIMITS as MESSAGE
from coldstop.policy.folders import FolderError, Naming, naming
from coldstop.resources import shipped
from coldstop.sieve.errors import SieveCode, SieveError
from coldstop.sieve.targetfile import is_file, read_target, with_base

NEEDED = ("fileinto", "variables")
"""Without these no score can be counted or acted on."""

Strategy = Literal["regex", "contains", "headers-only"]
_EXTENSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.;_/+-]*")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Fact(_Model):
    """Where something that a target says comes from."""

    about: tuple[str, ...]
    """Keys of the target that rest on it."""
    says: str
    source: str
    date: Annotated[str, Field(pattern=r"^20\d\d-\d\d$")]
    """Year and month in which it was looked up or measured."""


class TargetLimits(_Model):
    """What the host holds; None where no bound is known."""

    script_bytes: int | None = None
    """Of the whole script, written with CRLF."""
    tokens: int | None = None
    """Of the whole script: words, numbers, strings and marks, by `budget.tokens_of`."""
    literal_bytes: int | None = None
    """Of one quoted string."""
    variable_bytes: int = 4000
    """Of one variable's value."""
    variables: int | None = None
    """Variables of one script."""
    blocks: int = 15
    """Blocks inside one another."""
    tests: int = 15
    """Tests inside one another."""
    searched_bytes: int = MESSAGE.message_bytes
    """Of a message whose text is searched; over it, header fields only."""
    instructions: int | None = None
    """Commands and tests that one message may run through."""
    regex_bytes: int = 3900
    """Of one alternation, variables written out."""
    regex_branches: int = 200
    """Alternatives of one alternation, those inside its phrases and gaps included."""
    regex_size: int | None = None
    """Of one compiled alternation, by `budget.regex_size`; PCRE refuses what passes 64 KB."""
    regex_groups: int | None = None
    """Groups of one expression; an engine that keeps what they matched may find nothing beyond."""
    regex_depth: int | None = None
    """Choices of one match that can still be undone, by `regexdepth`; nothing is found beyond."""


class Target(_Model):
    """One kind of Sieve host."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,39}$")]
    """Stands in the head of each script."""
    title: str
    """For people."""
    extensions: tuple[str, ...]
    limits: TargetLimits
    places: Literal["all", "near"] = "all"
    """Which towns there is room for: `near` leaves out the far ones of states that are not far."""
    trims: Literal["asked", "always"] = "asked"
    """When rules are left out for want of room: with --trim only, or without being asked."""
    letters: Literal["brackets", "casemap", "inline"] = "brackets"
    """How a phrase ignores case: `[Hh]` under `i;octet`; by the comparator; by `(?i)` in front."""
    possessive: bool = False
    """Write repeats without an upper bound so that nothing of them is given back (`possessive`)."""
    compact: bool = False
    """Write scripts as small as can be (`compact`)."""
    tag: str = "$coldstop-tag"
    """The flag that `tag` sets."""
    separator: str | None = None
    """What the host has between the levels of a folder; None where that is for its admin to say."""
    prefix: str | None = None
    """What every folder but the INBOX begins with there; None as above."""
    never_in_folders: str = ""
    """Characters that no level of a folder has there, whatever the separator is."""
    rereads: bool = False
    """The value of a variable may be read for variables again, so none may hold `${`."""
    empty_blocks: bool = True
    """A block may hold no command."""
    line_ends: Literal["crlf", "lf"] = "crlf"
    """How lines of a file end; RFC 5228 §2.2 has CRLF, and some readers know LF only."""
    quick: bool = False
    """Spare the host work (`quick`, `named`): libc compiles an expression each time it is asked."""
    folds: bool = False
    """A `string` test ignores the case of ASCII where it names no comparator (RFC 5228 §2.7.3)."""
    eight_bit: bool = True
    """Header fields in 8-bit characters without a charset are read."""
    runs: Literal["pigeonhole", "cyrus", "other"] = "other"
    """Which engine takes its scripts in the tests; the compiler never asks."""
    remarks: tuple[str, ...] = ()
    """What a user of this host should know; part of the loss report."""
    facts: tuple[Fact, ...] = ()

    @property
    def strategy(self) -> Strategy:
        """How text is tested there."""
        if not self.has("body"):
            return "headers-only"
        return "regex" if self.has("regex") else "contains"

    @property
    def naming(self) -> Naming:
        """How folders are written there: as policies write them, where nothing is known."""
        return naming(self.separator, self.prefix)

    def named(self, separator: str | None, prefix: str | None) -> Target:
        """The same host with folders as somebody says; what is None stays. Raises SieveError."""
        try:
            found = naming(separator, prefix, self.naming)
        except FolderError as error:
            raise SieveError(SieveCode.BAD_FOLDER, error.message, error.hint) from None
        if separator is None and prefix is None:
            return self
        return self.model_copy(update={"separator": found.separator, "prefix": found.prefix})

    def folder(self, name: str) -> str:
        """The host's name for a policy's folder; raises SieveError where it can have none."""
        try:
            return self.naming.of(name)
        except FolderError as error:
            raise SieveError(SieveCode.BAD_FOLDER, error.message, error.hint) from None

    def cannot_name(self, name: str) -> str:
        """Give the characters of a policy's folder that the host takes in no folder."""
        return "".join(sorted({one for one in name if one in self.never_in_folders}))

    def has(self, extension: str) -> bool:
        """Say whether the host knows the extension."""
        return extension in self.extensions


def target_names() -> tuple[str, ...]:
    """Every target that is shipped."""
    return tuple(sorted(path.stem for path in shipped("sieve_templates", "targets").glob("*.yaml")))


def load_target(name: str, capabilities: str | None = None) -> Target:
    """Give a shipped target or that of a file; the extensions of a greeting count more."""
    if is_file(name):
        target = read_target(name, Target, target_names(), _mapping)
    else:
        target = _shipped(name)
    if capabilities is not None:
        target = target.model_copy(update={"extensions": _extensions(capabilities)})
    missing = [one for one in NEEDED if not target.has(one)]
    if missing:
        raise SieveError(
            SieveCode.MISSING_EXTENSION,
            f"{target.title} cannot count a score: it has no {', '.join(missing)}",
            "such a host can only file by fixed words",
        )
    return target


@lru_cache(maxsize=32)
def _shipped(name: str) -> Target:
    if name not in target_names():
        raise SieveError(
            SieveCode.UNKNOWN_TARGET,
            f"there is no target {name[:60]!r}",
            f"known: {', '.join(target_names())}; or a file, such as ./mine.yaml",
        )
    try:
        return Target.model_validate(with_base(_mapping(name), _mapping))
    except (yaml.YAMLError, ValidationError) as error:
        raise SieveError(SieveCode.BAD_TARGET, f"{name}.yaml: {error}") from error


def _mapping(name: str) -> dict[str, Any]:
    path = shipped("sieve_templates", "targets", f"{name}.yaml")
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def _extensions(capabilities: str) -> tuple[str, ...]:
    words = capabilities.replace('"', " ").replace(",", " ").split()
    if words and words[0].upper() == "SIEVE":
        words = words[1:]
    bad = next((word for word in words if not _EXTENSION.fullmatch(word)), None)
    if bad is not None or not words:
        raise SieveError(
            SieveCode.BAD_CAPABILITIES,
            f"not an extension: {bad[:60]!r}" if bad else "no extensions are given",
            'give the "SIEVE" line of the server: fileinto reject envelope body ...',
        )
    return tuple(dict.fromkeys(words))
