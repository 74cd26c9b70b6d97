"""A plan: what would change on the server, down to the byte, and what it was made from.

`make` is pure: from what is on the server (`Snapshot`), what is remembered (`State`) and the
script to publish it works out the steps. `save` and `load` keep a plan in a file with a checksum,
so that `apply` does what was looked at and nothing else.

The order of the steps keeps the account whole at each moment: what is new comes first, the active
script changes last, what is no longer needed goes after that.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pydantic import TypeAdapter, ValidationError

from coldstop.publish import files, snapshot, texts
from coldstop.publish.errors import Code, PublishError
from coldstop.publish.files import Script  # noqa: TC001 - pydantic reads it
from coldstop.publish.limits import LIMITS
from coldstop.publish.owned import owned, untouched
from coldstop.publish.texts import MAIN, PREFIX, Kind

if TYPE_CHECKING:
    from pathlib import Path

    from coldstop.policy.folders import Naming
    from coldstop.publish.session import Account
    from coldstop.publish.snapshot import Snapshot
    from coldstop.publish.state import State

FORMAT: Final = 1
Mode = Literal["include", "block"]


@dataclass(frozen=True, slots=True)
class Offer:
    """What is to be published."""

    text: str
    """The script, LF."""
    policy: str
    revision: str
    """12 hexadecimal digits; part of the script's name."""
    target: str
    loss: tuple[str, ...] = ()
    """What the target cannot do, a line each."""
    trim: bool = False
    """Whether towns could be left out for want of room."""
    naming: Naming | None = None
    """How it writes folders; None where that is not known."""
    warnings: tuple[str, ...] = ()
    """What is odd about it, a line each."""
    notes: tuple[str, ...] = ()
    """What is not known of it, a line each; not part of a plan."""
    left_out: str = ""
    """How much of the policy it leaves out, in a line; not part of a plan."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change on the server."""

    verb: Literal["put", "activate", "delete"]
    name: str
    text: Script = b""
    """For `put`: the very bytes."""
    instead: str = ""
    """For `put` under a new name: the script that it takes the place of, to compare with."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that `apply` needs."""

    format: int
    host: str
    port: int
    implicit_tls: bool
    user: str
    implementation: str
    target: str
    policy: str
    revision: str
    mode: Mode
    own: str
    """The reader's script that goes on running; "" for none."""
    active_before: str
    active_after: str
    before: dict[str, str]
    """SHA-256 of each script that the plan was made from."""
    steps: tuple[Step, ...]
    loss: tuple[str, ...]
    warnings: tuple[str, ...]
    force: tuple[str, ...]
    """Why it must be forced: each would overwrite or delete what somebody else wrote."""
    trim: bool = False
    """Whether it was made with `--trim`; what was left out stands in `loss`."""
    separator: str = ""
    """Between the levels of the script's folders; "" where that is not known."""
    prefix: str = ""
    """Before each of them."""
    displaced: str = ""
    """The active script that ours takes the place of, without running it; "" for none."""


_ADAPTER: Final = TypeAdapter(Plan)


def make(
    account: Account,
    offer: Offer,
    seen: Snapshot,
    state: State,
    *,
    implementation: str,
    mode: Mode,
) -> Plan:
    """Work out what is to be done; no steps if all is as it should be."""
    draft = _Draft(offer, seen, state)
    if mode == "include":
        draft.by_include()
    else:
        draft.by_block()
    return Plan(
        FORMAT,
        account.host,
        account.port,
        account.implicit_tls,
        account.user,
        implementation,
        offer.target,
        offer.policy,
        offer.revision,
        mode,
        draft.own,
        seen.active,
        draft.active,
        seen.hashes(),
        tuple(draft.steps),
        offer.loss,
        tuple(draft.warnings),
        tuple(draft.force),
        offer.trim,
        offer.naming.separator if offer.naming else "",
        offer.naming.prefix if offer.naming else "",
        draft.displaced,
    )


class _Draft:
    """A plan in the making."""

    def __init__(self, offer: Offer, seen: Snapshot, state: State) -> None:
        self.offer, self.seen = offer, seen
        self.steps: list[Step] = []
        self.warnings: list[str] = list(offer.warnings)
        self.force: list[str] = []
        self.ours = owned(seen, state)
        self.before = state
        self.has_main = MAIN in self.ours
        self.in_use, self.beside = texts.included(seen.text(MAIN)) if self.has_main else ("", "")
        self.displaced = ""
        self.own = self._own()
        self.active = seen.active

    def _own(self) -> str:
        """Which script goes on running: the active one, or what our wrapper stands for."""
        active = self.seen.active
        if active and active not in self.ours:
            self._taken_over(active)
            if active != MAIN and not texts.is_intact(self.seen.text(active)):
                return active
            self.displaced = active
        else:
            self.displaced = self._displaced_before()
        return self._beside()

    def _taken_over(self, active: str) -> None:
        """Warn of what somebody else did to the active script since the last time."""
        blocked = texts.find_block(self.seen.text(active)) is not None
        if self.has_main and not blocked:
            self.warnings.append(
                f"{active} is active instead of {MAIN}: a webmail or another program made it so,"
                " and may do it again"
            )
        published = self.before.published
        had_block = published is not None and published.mode == "block"
        if published and had_block and published.active == active and not blocked:
            self.warnings.append(f"our block is gone from {active}: another program wrote it anew")
        if texts.is_intact(self.seen.text(active)):
            self.warnings.append(
                f"{active} is a script of `coldstop sieve build` that was stored by hand: the new"
                " one takes its place; rollback makes it active again"
            )
        elif texts.read_seal(self.seen.text(active)) is not None and active != MAIN:
            self.warnings.append(
                f"{active} is a script of `coldstop sieve build` that was edited by hand; it goes"
                " on running behind the new one, so mail that the new one keeps may be filed by it"
            )

    def _displaced_before(self) -> str:
        """What an earlier plan took the place of; it still is what `rollback` gives back."""
        previous = self.before.previous
        if previous is None:
            return texts.displaced(self.seen.text(MAIN)) if self.has_main else ""
        if previous.name != MAIN and not texts.is_intact(previous.text):
            return ""
        return previous.name

    def _beside(self) -> str:
        """What runs beside ours where the active script is ours, or Sieve is off."""
        seen, previous = self.seen, self.before.previous
        name = self.beside
        if not self.has_main and previous is not None and self.displaced != previous.name:
            name = previous.name  # our wrapper was deleted
        if (self.has_main or name) and seen.active in ("", *self.ours) and seen.active != MAIN:
            now = f"{seen.active} is active" if seen.active else "Sieve was switched off"
            self.warnings.append(f"{now} since; {MAIN} will be active again")
        if name and not seen.has(name):
            self.warnings.append(f"{name}, which ran beside our script, is no longer there")
            return ""
        return name

    def by_include(self) -> None:
        """A guard under a name of its own, and a wrapper that includes it and the reader's."""
        text = self._own_text()
        if texts.includes_ours(text):
            raise PublishError(
                Code.CIRCULAR,
                f"{self.own} includes a script of ours already; including it would never end",
                f"take that include out of {self.own}, or plan with --mode block",
            )
        guard = texts.seal(Kind.GUARD, self.offer.text.encode())
        name = self._guard_name(guard)
        instead = self.own if text != self.seen.text(self.own) else self.in_use or self.displaced
        self._put(name, guard, instead)
        self._put(MAIN, texts.wrapper(name, self.own, self.displaced))
        self._activate(MAIN)
        if self.own:
            self._put(self.own, text)
        self._remove_guards(name)

    def by_block(self) -> None:
        """The policy in a marked block within the reader's script, or alone if there is none."""
        guard = self.offer.text.encode()
        if not self.own:
            self._put(MAIN, texts.sign(Kind.GUARD, guard), self.in_use or self.displaced)
            self._activate(MAIN)
            self._remove_guards()
            return
        text = self._own_text()
        if texts.changes_meaning(text):
            self.force.append(
                f"{self.own} uses ${{...}} as plain text; beside our script, which requires"
                ' "variables", it would be replaced'
            )
        self._put(self.own, texts.insert_block(text, guard), self.in_use)
        self._activate(self.own)
        if self.has_main:
            self._delete(MAIN)
        self._remove_guards()

    def _own_text(self) -> bytes:
        """The reader's script without our block."""
        text = self.seen.text(self.own)
        if texts.broken_block(text):
            raise PublishError(
                Code.FOREIGN,
                f"in {self.own}, one of the lines around our block is missing",
                "take the rest of the block out by hand",
            )
        block = texts.find_block(text)
        if block is not None:
            text = block.without
            if not block.intact:
                self.force.append(f"our block in {self.own} was edited on the server")
        if texts.answers(text) and texts.answers(self.offer.text.encode()):
            self.warnings.append(
                f"{self.own} answers mail, too (vacation): where both would answer one mail,"
                " Dovecot runs neither to its end and leaves that mail in the inbox"
            )
        return text

    def _guard_name(self, guard: bytes) -> str:
        base = PREFIX + self.offer.revision
        if any(letter not in "0123456789abcdef" for letter in self.offer.revision):
            raise PublishError(Code.BAD_NAME, f"{self.offer.revision!r} is no revision")
        for number in range(1, LIMITS.same_revision + 1):
            name = base if number == 1 else f"{base}-{number}"
            if not self.seen.has(name) or self.seen.text(name) == guard:
                return name
        raise PublishError(Code.BAD_NAME, f"there are too many scripts called {base}-…")

    def _put(self, name: str, text: bytes, instead: str = "") -> None:
        if len(text) > LIMITS.script_bytes:
            raise PublishError(Code.TOO_LARGE, f"{name} would have {len(text):,} bytes")
        if self.seen.has(name):
            if texts.normal(self.seen.text(name)) == texts.normal(text):
                return
            if name != self.own:
                self._must_be_ours(name)
            instead = ""
        self.steps.append(Step("put", name, text, instead))

    def _activate(self, name: str) -> None:
        self.active = name
        if self.seen.active != name:
            self.steps.append(Step("activate", name))

    def _delete(self, name: str) -> None:
        self._must_be_ours(name)
        self.steps.append(Step("delete", name))

    def _must_be_ours(self, name: str) -> None:
        text = self.seen.text(name)
        if texts.read_seal(text) is None:
            self.force.append(f"{name} is not a script of ours")
        elif not texts.is_intact(text):
            self.force.append(f"{name} was edited on the server")

    def _remove_guards(self, keep: str = "") -> None:
        for name in sorted(self.ours - {MAIN, keep}):
            if name == self.in_use or untouched(name, self.seen, self.before):
                self._delete(name)
            else:
                self.warnings.append(f"{name} was edited on the server and is left alone")


# --- as a file ----------------------------------------------------------------------------------


def save(plan: Plan, path: Path) -> None:
    """Write a plan with its checksum, for its owner only; raises OSError."""
    content = _ADAPTER.dump_python(plan, mode="json")
    files.write(path, {"coldstop-plan": FORMAT, "sha256": _checksum(content), "plan": content})


def load(path: Path) -> Plan:
    """Read a plan; BAD_PLAN if there is none, or if a byte of it was changed."""
    try:
        found = files.read(path, Code.BAD_PLAN)
    except FileNotFoundError:
        raise PublishError(
            Code.BAD_PLAN, f"there is no plan {path}", "`coldstop sieve plan` makes one"
        ) from None
    if not isinstance(found, dict) or found.get("coldstop-plan") != FORMAT:
        raise PublishError(Code.BAD_PLAN, f"{path} is not a plan of this version of coldstop")
    if found.get("sha256") != _checksum(found.get("plan")):
        raise PublishError(
            Code.BAD_PLAN,
            f"{path} was changed since it was made",
            "a plan is not edited: change the policy and plan again",
        )
    try:
        return _ADAPTER.validate_python(found["plan"])
    except ValidationError:
        raise PublishError(Code.BAD_PLAN, f"{path} is damaged") from None


def _checksum(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode("ascii")).hexdigest()


def still_holds(plan: Plan, seen: Snapshot) -> list[str]:
    """What is no longer as it was when the plan was made; empty if it may be applied."""
    found = []
    if seen.active != plan.active_before:
        found.append(
            f"{seen.active or 'no script'} is active, not {plan.active_before or 'none'} as before"
        )
    for name, before in plan.before.items():
        if name not in seen.texts:
            found.append(f"{name} is no longer there")
        elif snapshot.exact(seen.texts[name]) != before:
            found.append(f"{name} was changed")
    found += [
        f"{step.name} has appeared"
        for step in plan.steps
        if step.verb == "put" and step.name not in plan.before and seen.has(step.name)
    ]
    return found


def is_done(plan: Plan, seen: Snapshot) -> bool:
    """Whether the server already is as the plan wants it."""
    gone = all(not seen.has(step.name) for step in plan.steps if step.verb == "delete")
    put = all(
        texts.normal(seen.text(step.name)) == texts.normal(step.text) and seen.has(step.name)
        for step in plan.steps
        if step.verb == "put"
    )
    return gone and put and seen.active == plan.active_after
