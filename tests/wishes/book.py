"""The book of wishes: what the reader asked for, as cases that can be run.

Every file of `cases/` holds cases; `letters.yaml` holds the letters that several of them change
in one place only; `waits.yaml` holds what cannot be a case yet; `next.yaml` holds cases in a
language that does not exist yet, which are read but not run; `unseen.yaml` holds cases in words
that no rule was written for, which are counted.

A case is a case of a policy (`docs/policy.md`, "Cases") with more to say: which wishes it serves
(`for`), what the reader asks in one sentence (`asks`), which policy judges (`policy`), and how
the verdict compares with that of another case. `expect` may be a span, mildest first
(`tag..file`), because most wishes leave room. Instead of `mail` a case may name a letter
(`letter`) and what it changes in it (`with`).

Refuses: unknown keys, a case without a mail, slots that the letter does not have, two cases of
one name. Fails: ValueError (pydantic's ValidationError among them) or PolicyErrors.
"""

from __future__ import annotations

import functools
import html
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Self

import yaml
from pydantic import BeforeValidator, Field, model_validator

from coldstop.policy.effective import LoadedCase, Origin
from coldstop.policy.load import load_policy, load_text
from coldstop.policy.merge import to_data
from coldstop.policy.model import Case, Mail, Verdict
from coldstop.policy.values import Bool, Day, Model, Name, Names, Text, Texts
from coldstop.policy.words import Kind, Tier
from coldstop.policy.yaml import MapNode, SeqNode, load_tree
from coldstop.scorecard.cases import CaseResult, run_case
from coldstop.scorecard.resolve import Scorecard, resolve
from support.judging import TODAY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HERE: Final = Path(__file__).parent
MAIL: Final = HERE.parents[1] / "policies" / "examples" / "mail"
NEXT: Final = "next.yaml"
"""The file of cases that are read but not run: move a case elsewhere and it runs."""
UNSEEN: Final = "unseen.yaml"
"""The file of cases that are counted together, not required one by one."""
NUMBERS: Final = (*(f"S{n}" for n in range(1, 73)), *(f"T{n}" for n in range(1, 10)))
"""Every wish and every trap."""

_SLOT = re.compile(r"\{([a-z]+)\}")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")


class Span(Model):
    """The verdicts that serve a wish, from the mildest to the harshest."""

    mildest: Verdict
    harshest: Verdict

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.mildest.severity > self.harshest.severity:
            raise ValueError("a span is written mildest first")
        return self

    def __contains__(self, verdict: Verdict) -> bool:
        """Whether the verdict lies within."""
        return self.mildest.severity <= verdict.severity <= self.harshest.severity

    def __str__(self) -> str:
        """Read as it is written: `tag..file`."""
        same = self.mildest is self.harshest
        return self.mildest.value if same else f"{self.mildest.value}..{self.harshest.value}"


def _span(value: Any) -> Any:
    if isinstance(value, str):
        mildest, _, harshest = value.partition("..")
        return {"mildest": mildest, "harshest": harshest or mildest}
    return value


class Wish(Model):
    """One case."""

    serves: Annotated[Texts, Field(alias="for")]
    """Numbers of the wishes and traps; `P1`: people with other business are left alone."""
    name: Name
    asks: Text
    """What the reader asks for, in one sentence; the reader's own words in quotes."""
    policy: Name = "ray"
    """A shipped policy, or one of the file's `policies`."""
    mail: Annotated[Mail | Text | None, Field(union_mode="left_to_right")] = None
    """The message, or a file of `policies/examples/mail`."""
    letter: Name | None = None
    """Instead of `mail`: a letter of `letters.yaml`."""
    changes: Annotated[dict[str, str], Field(alias="with", default_factory=dict)]
    """What this case changes in the letter."""
    as_: Annotated[Tier | None, Field(alias="as")] = None
    authenticated: Bool | None = None
    on: Day = TODAY
    expect: Annotated[Span, BeforeValidator(_span)]
    folder: Text | None = None
    recruiting: Bool | None = None
    kind: Kind | None = None
    because: Names = ()
    not_because: Names = ()
    milder_than: Name | None = None
    """A case whose outcome must be harsher: its verdict, or within one verdict its score."""
    harsher_than: Name | None = None
    like: Name | None = None
    """A case whose verdict and score must be the same."""
    needs: Text | None = None
    """In `next.yaml`: the part of the language that the case waits for."""

    @model_validator(mode="after")
    def _one_mail(self) -> Self:
        if (self.mail is None) == (self.letter is None):
            raise ValueError("a case has a mail or a letter")
        return self

    @property
    def message(self) -> Mail | str:
        """The message itself, or the name of its file."""
        if self.letter is not None:
            return letters()[self.letter].write(self.changes)
        return self.mail or ""

    @property
    def title(self) -> str:
        """Numbers and name, as test reports show it."""
        return f"{'-'.join(self.serves)}-{self.name}"


class Letter(Model):
    """A mail with slots: `{place}` in the mail, and what stands there unless a case changes it."""

    mail: Mail
    slots: dict[str, str]

    def write(self, changes: Mapping[str, str]) -> Mail:
        """Write the mail with these changes; an empty paragraph disappears."""
        unknown = changes.keys() - self.slots.keys()
        if unknown:
            raise ValueError(f"the letter has no slot {', '.join(sorted(unknown))}")
        words = {**self.slots, **changes}

        def fill(text: str) -> str:
            return _SLOT.sub(lambda found: words[found[1]].strip("\n"), text)

        text = re.sub(r"\n{3,}", "\n\n", fill(self.mail.text))
        return self.mail.model_copy(
            update={
                "from_": fill(self.mail.from_),
                "subject": fill(self.mail.subject),
                "text": text,
            }
        )


class Chapter(Model):
    """One file: cases and the policies that only they need."""

    about: Text
    policies: dict[Name, dict[str, Any]] = Field(default_factory=dict)
    cases: tuple[Wish, ...]


class Entry(Model):
    """One case where it stands."""

    wish: Wish
    origin: Origin
    chapter: Chapter

    model_config = Model.model_config | {"arbitrary_types_allowed": True}


class Wait(Model):
    """Why a wish, or a part of it, is no case yet."""

    serves: Annotated[Texts, Field(alias="for")]
    waits_for: Text
    why: Text


@functools.cache
def letters() -> dict[str, Letter]:
    """Give the letters of `letters.yaml` by name."""
    tree = _tree(HERE / "letters.yaml")
    return {name.text: Letter.model_validate(to_data(value)) for name, value in tree.entries}


@functools.cache
def entries() -> tuple[Entry, ...]:
    """Give every case that is run."""
    return tuple(entry for path in _chapters() for entry in read(path))


@functools.cache
def upcoming() -> tuple[Entry, ...]:
    """Give the cases that wait for the language."""
    return tuple(read(HERE / "cases" / NEXT))


@functools.cache
def unseen() -> tuple[Entry, ...]:
    """Give the cases in words that no rule was written for."""
    return tuple(read(HERE / "cases" / UNSEEN))


@functools.cache
def waits() -> tuple[Wait, ...]:
    """Give what is no case yet."""
    tree = _tree(HERE / "waits.yaml")
    return tuple(Wait.model_validate(one) for one in _plain(tree, "waits"))


def read(path: Path) -> Iterator[Entry]:
    """Read one file of cases."""
    tree = _tree(path)
    chapter = Chapter.model_validate(to_data(tree))
    nodes = tree.get("cases")
    assert isinstance(nodes, SeqNode)
    for wish, node in zip(chapter.cases, nodes.items, strict=True):
        place = Origin(path.name, node.line, node.column)
        yield Entry(wish=wish, origin=place, chapter=chapter)


@functools.cache
def named(name: str) -> Entry:
    """Find a case that is run by its name."""
    (entry,) = (one for one in entries() if one.wish.name == name)
    return entry


def run(entry: Entry, message: Mail | str | None = None) -> CaseResult:
    """Run a case; `message` stands in for its mail. Out of the span, the nearer end is missed."""
    wish = entry.wish
    scorecard = card(entry)
    result = run_case(_loaded(entry, wish.expect.mildest, message), scorecard, TODAY)
    if result.judgement is None or result.judgement.verdict is wish.expect.mildest:
        return result
    verdict = result.judgement.verdict
    within = verdict in wish.expect
    expected = verdict if within else wish.expect.harshest
    return run_case(_loaded(entry, expected, message), scorecard, TODAY)


def in_html(mail: Mail, *, text_too: bool) -> Mail:
    """Write the same words as mail programs do: divisions, line breaks and entities."""
    blocks = [_block(block) for block in mail.text.split("\n\n") if block.strip()]
    page = "\n<div><br></div>\n".join(blocks)
    page = f'<html><body><div dir="ltr">{page}</div></body></html>\n'
    return mail.model_copy(update={"html": page, "text": mail.text if text_too else ""})


def _block(block: str) -> str:
    quoted = all(line.startswith(">") for line in block.splitlines())
    text = html.escape(re.sub(r"(?m)^> ?", "", block) if quoted else block, quote=False)
    text = _APOSTROPHE.sub("&rsquo;", text)
    lines = "<br>\n".join(text.strip().split("\n"))
    return f"<blockquote>{lines}</blockquote>" if quoted else f"<div>{lines}</div>"


def _loaded(entry: Entry, expect: Verdict, message: Mail | str | None) -> LoadedCase:
    wish = entry.wish
    case = Case(
        **{"as": wish.as_},
        mail=wish.message if message is None else message,
        name=wish.title,
        authenticated=wish.authenticated,
        on=wish.on,
        expect=expect,
        folder=wish.folder,
        recruiting=wish.recruiting,
        kind=wish.kind,
        because=wish.because,
        not_because=wish.not_because,
    )
    return LoadedCase(case, MAIL, entry.origin)


def card(entry: Entry) -> Scorecard:
    """Make the scorecard of a case's policy ready."""
    name = entry.wish.policy
    local = entry.chapter.policies.get(name)
    if local is None:
        return _shipped(name)
    return _local(yaml.safe_dump({"coldstop": "1", **local}, allow_unicode=True), name)


@functools.cache
def _shipped(name: str) -> Scorecard:
    return resolve(load_policy(name))


@functools.cache
def _local(text: str, name: str) -> Scorecard:
    return resolve(load_text(text, name))


def _chapters() -> list[Path]:
    return sorted(
        path for path in (HERE / "cases").glob("*.yaml") if path.name not in {NEXT, UNSEEN}
    )


def _tree(path: Path) -> MapNode:
    tree = load_tree(path.read_text("utf-8"), path.name)
    assert isinstance(tree, MapNode)
    return tree


def _plain(tree: MapNode, key: str) -> list[Any]:
    node = tree.get(key)
    assert isinstance(node, SeqNode)
    return [to_data(item) for item in node.items]
