"""From the name of a policy to the effective policy.

Reads the file and all that it extends, checks each against the model, joins them, checks the
result. A name is a path, or the name of a shipped policy (`strict`, `presets/strict.yaml`,
`examples/ray.yaml`). What `extends` names is looked for beside the file first, then among the
shipped policies. A file counts once, however often it is extended.

Refuses: what `yaml.py`, `model.py` and `merge.py` refuse, circles of `extends`, and a result
without a threshold, without a ladder or with half a rule. Fails: `PolicyErrors` with everything
that was found; nothing else is raised, whatever the file holds.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from coldstop.files import read_regular
from coldstop.policy.effective import (
    FOLDERS,
    REJECT_TEXT,
    LoadedCase,
    Origins,
    Policy,
    Source,
    origin,
)
from coldstop.policy.entries import without_notes
from coldstop.policy.errors import Code, PolicyError, PolicyErrors
from coldstop.policy.find import find_policy, not_found
from coldstop.policy.limits import LIMITS, Limits
from coldstop.policy.merge import (
    check_locks,
    entries_of,
    items_of,
    merge,
    text_of,
    to_data,
)
from coldstop.policy.model import (
    MAX_NAME,
    NAME,
    Folders,
    PolicyFile,
    Rule,
)
from coldstop.policy.problems import half_a_rule, problems, same_scores
from coldstop.policy.rest import rest_of
from coldstop.policy.trust import NOBODY
from coldstop.policy.yaml import MapNode, Node, decode, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_KEYS: Final = re.compile(
    r"""(?:^|[{,])[ \t]*["']?"""
    r"""(?:coldstop|extends|reader|lists|rules|pitch|ladder|cases)["']?[ \t]*:""",
    re.MULTILINE,
)
"""One of these stands in whatever is meant to be a policy."""
_SHAPELESS: Final = frozenset(
    {Code.CONTROL_CHARACTER, Code.EMPTY, Code.TOO_LARGE, Code.TOO_DEEP, Code.TOO_MANY_VALUES}
)

S = TypeVar("S")
T = TypeVar("T")


def load_policy(name: str) -> Policy:
    """Load a policy by path or by the name of a shipped one; raise PolicyErrors."""
    return Library().load(name)


def load_text(text: str, name: str = "inline") -> Policy:
    """Load a policy from text; what it extends is looked for in the working directory."""
    return Library().load_text(text, name)


def overlay(base: Policy | str, *more: str) -> Policy:
    """Lay policies over one another, as if each extended those before it; raise PolicyErrors."""
    return Library().overlay(base, *more)


@dataclass(slots=True)
class Library:
    """Loads policies that share files: each file is read, and each rule built, once.

    Holds what it has read as long as it lives; make a new one to see changes on disk.
    """

    limits: Limits = LIMITS
    _sources: dict[Path, Source] = field(default_factory=dict)
    _memo: dict[tuple[str, int], tuple[object, Any]] = field(default_factory=dict)
    _refused: set[Path] = field(default_factory=set)

    def load(self, name: str) -> Policy:
        """Load a policy by path or by the name of a shipped one."""
        return self._effective((self._row(name),))

    def load_text(self, text: str, name: str = "inline") -> Policy:
        """Load a policy from text."""
        folder = Path.cwd()
        root = self._source(text, name, None, folder, ())
        return self._effective((_in_order(root),))

    def overlay(self, base: Policy | str, *more: str) -> Policy:
        """Lay policies over one another."""
        if isinstance(base, Policy):
            rows = base.sources
            for source in (source for row in rows for source in row):
                # What `more` extends of these must not count as another file.
                if source.path is not None:
                    self._sources[source.path] = source
        else:
            rows = (self._row(base),)
        return self._effective((*rows, *map(self._row, more)))

    # --- reading ----------------------------------------------------------------------------

    def _row(self, name: str) -> tuple[Source, ...]:
        found = find_policy(name)
        if found is None:
            raise PolicyErrors([not_found(name, PolicyError(Code.UNREADABLE, name, 1, 1, ""))])
        path, shown = found
        return _in_order(self._read(path, shown, ()))

    def _read(self, path: Path, shown: str, above: tuple[Path, ...]) -> Source:
        known = self._sources.get(path)
        if known is not None:
            return known
        if path in self._refused:
            # It was said once. Reading it anew on every way that leads there takes 2**n reads.
            raise PolicyErrors([])
        try:
            return self._fresh(path, shown, above)
        except PolicyErrors:
            self._refused.add(path)
            raise

    def _fresh(self, path: Path, shown: str, above: tuple[Path, ...]) -> Source:
        try:
            data = read_regular(path, self.limits.file_bytes)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else None
            raise PolicyErrors(
                [PolicyError(Code.UNREADABLE, shown, 1, 1, f"cannot read: {reason or error}")]
            ) from None
        text = decode(data, shown, self.limits)
        source = self._source(text, shown, path, path.parent, (*above, path))
        self._sources[path] = source
        return source

    def _source(
        self, text: str, shown: str, path: Path | None, folder: Path, above: tuple[Path, ...]
    ) -> Source:
        tree, errors = parse(text, shown, self.limits)
        if not _KEYS.search(text):
            raise PolicyErrors(_no_policy(errors, shown))
        if tree is None:
            raise PolicyErrors(errors)
        if not isinstance(tree, MapNode):
            errors.append(
                PolicyError(
                    Code.WRONG_SHAPE,
                    shown,
                    tree.line,
                    tree.column,
                    "a policy consists of keys with values",
                    "begin with the line coldstop: 1",
                )
            )
            raise PolicyErrors(errors)
        errors += same_scores(tree)
        file: PolicyFile | None = None
        try:
            file = PolicyFile.model_validate(to_data(tree))
        except ValidationError as error:
            errors += problems(error, tree)
        extends: list[Source] = []
        for item in items_of(tree.get("extends")):
            try:
                extends.append(self._extended(item, shown, folder, above))
            except PolicyErrors as found:
                errors += found.errors
        if errors or file is None:
            raise PolicyErrors(errors)
        plain, noted = without_notes(tree)
        return Source(shown, path, folder, plain, file, tuple(extends), noted)

    def _extended(self, item: Node, shown: str, folder: Path, above: tuple[Path, ...]) -> Source:
        here = PolicyError(Code.EXTENDS_MISSING, item.file, item.line, item.column, "")
        name = text_of(item)
        if not name:
            raise PolicyErrors([])  # the model has said what is wrong
        found = find_policy(name, folder, Path(shown).parent)
        if found is None:
            raise PolicyErrors([not_found(name, here)])
        path, inner = found
        if path in above:
            circle = " extends ".join(p.name for p in (*above[above.index(path) :], path))
            raise PolicyErrors(
                [
                    dataclasses.replace(
                        here,
                        code=Code.EXTENDS_CYCLE,
                        message=f"policies extend one another: {circle}",
                    )
                ]
            )
        if len(above) + 1 > self.limits.extends_depth:
            most = self.limits.extends_depth
            raise PolicyErrors(
                [
                    dataclasses.replace(
                        here,
                        code=Code.EXTENDS_TOO_DEEP,
                        message=f"more than {most} policies extend one another in a row",
                    )
                ]
            )
        return self._read(path, inner, above)

    # --- joining ----------------------------------------------------------------------------

    def _effective(self, rows: tuple[tuple[Source, ...], ...]) -> Policy:
        sources = tuple(dict.fromkeys(source for row in rows for source in row))
        main = rows[-1][-1]
        if len(sources) > self.limits.files:
            key = main.tree.key("extends") or main.tree
            raise PolicyErrors(
                [
                    PolicyError(
                        Code.TOO_MANY_FILES,
                        main.name,
                        key.line,
                        key.column,
                        f"made of more than {self.limits.files} files",
                    )
                ]
            )
        tree, notices = merge([source.tree for source in sources])
        errors = list(check_locks(sources, _bases(rows, sources), tree))
        rules = dict(self._rules(tree, errors))
        rest = rest_of(tree, main, errors)
        if errors or rest is None:
            raise PolicyErrors(errors)
        lists = {
            name: self._once("list", node, lambda n: tuple(map(text_of, items_of(n))))
            for name, (_, node) in entries_of(tree.get("lists")).items()
        }
        folders = Folders(**(FOLDERS.model_dump() | rest.folders.model_dump(exclude_none=True)))
        ladder = tuple(sorted(rest.ladder.items()))
        trust = rest.trust or NOBODY
        reject_text = rest.reply.reject or REJECT_TEXT
        words = rest.pitch.words or ()
        content = {
            "reader": _plain(rest.reader),
            "pitch": rest.pitch.threshold,
            "ladder": [[score, _plain(rung)] for score, rung in ladder],
            "folders": _plain(folders),
            "stopped": [_plain(stopped) for stopped in rest.stopped],
            "authserv": trust.authserv,
            "reject": reject_text,
            **({"words": words} if words else {}),
            # Left out where nothing is said, so that such policies keep their revision.
            **trust.model_dump(mode="json", exclude_defaults=True, exclude={"authserv"}),
            **rest.reply.model_dump(mode="json", exclude_defaults=True, exclude={"reject"}),
            "rules": {name: self._once("plain", rule, _plain) for name, rule in rules.items()},
            "lists": lists,
        }
        return Policy(
            name=main.file.name or _name_of(main),
            description=(main.file.description or "").strip(),
            revision=_digest(content),
            reader=rest.reader,
            lists=lists,
            rules=rules,
            threshold=rest.pitch.threshold,
            words=words,
            ladder=ladder,
            folders=folders,
            stopped=rest.stopped,
            trust=trust,
            reject_text=reject_text,
            reply=rest.reply,
            cases=_cases(main),
            origins=Origins(tree),
            files=tuple(source.path for source in sources if source.path is not None),
            tree=tree,
            sources=rows,
            notices=tuple(notices),
        )

    def _rules(self, tree: MapNode, errors: list[PolicyError]) -> Iterator[tuple[str, Rule]]:
        """Build the rules that are on; record what is wrong with any, on or off."""
        known = entries_of(tree.get("rules"))
        for name, (key, node) in known.items():
            given = entries_of(node)
            off = "off" in given and text_of(given["off"][1]) == "true"
            if "when" not in given:
                errors.append(half_a_rule(name, key, tuple(known), off=off))
                continue
            rule = self._once("rule", node, functools.partial(_rule, name=name, tree=tree))
            if isinstance(rule, tuple):
                errors += rule
            elif not off:
                yield name, rule

    def _once(self, kind: str, thing: S, build: Callable[[S], T]) -> T:
        """Build from a thing once: files that are extended by many hand on the same nodes."""
        known = self._memo.get((kind, id(thing)))
        if known is None:
            # The thing is kept beside its id, so that the id cannot come to mean another one.
            known = self._memo[kind, id(thing)] = (thing, build(thing))
        built: T = known[1]
        return built


def _no_policy(errors: Iterable[PolicyError], shown: str) -> list[PolicyError]:
    """Say of a file that is no policy only that: its lines may be somebody's secrets."""
    hint = "begin with the line coldstop: 1"
    known = [one for one in errors if one.code in _SHAPELESS]
    return known or [
        PolicyError(Code.WRONG_SHAPE, shown, 1, 1, "a policy consists of keys with values", hint)
    ]


def _in_order(root: Source) -> tuple[Source, ...]:
    """List a file and all that it extends, each once, before what extends it."""
    order: dict[Source, None] = {}

    def visit(source: Source) -> None:
        if source not in order:
            for base in source.extends:
                visit(base)
            order[source] = None

    visit(root)
    return tuple(order)


def _bases(
    rows: tuple[tuple[Source, ...], ...], sources: Sequence[Source]
) -> tuple[frozenset[Source], ...]:
    """Say for each file what it builds on, itself included (`overlay`: the rows before, too)."""
    bases: dict[Source, frozenset[Source]] = {}
    before: frozenset[Source] = frozenset()
    for row in rows:
        for source in row:
            bases.setdefault(source, frozenset(_in_order(source)))
        if row[-1] not in before:
            bases[row[-1]] |= before
        before |= frozenset(row)
    return tuple(bases[source] for source in sources)


def _rule(node: Node, *, name: str, tree: MapNode) -> Rule | tuple[PolicyError, ...]:
    try:
        return Rule.model_validate(to_data(node))
    except ValidationError as error:
        return tuple(problems(error, tree, ("rules", name)))


def _cases(main: Source) -> tuple[LoadedCase, ...]:
    nodes = items_of(main.tree.get("cases"))
    return tuple(
        LoadedCase(case, main.folder, origin(node))
        for case, node in zip(main.file.cases, nodes, strict=True)
    )


def _name_of(main: Source) -> str:
    name = re.sub(r"[^a-z0-9]+", "-", Path(main.name).stem.lower()).strip("-")[:MAX_NAME]
    return name.rstrip("-") if NAME.fullmatch(name.rstrip("-")) else "policy"


def _plain(value: BaseModel) -> Any:
    return value.model_dump(mode="json", by_alias=True, exclude_none=True)


def _digest(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]
