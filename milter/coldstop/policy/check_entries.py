"""Tries the examples that entries of lists bring along.

An example shows what its entry is for, so it must be found by that entry: a phrase as in mail, a
word letter by letter, a domain or address as `in` reads it. An example that is not found is a
warning, for the policy still judges as it is written. Looks at every file that the policy is
made of, whether or not a rule reads the list.

Refuses nothing. Fails: findings are returned, never raised; a phrase that cannot be read has a
finding of its own (`check_lists.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.lexicon.fold import fold
from coldstop.lexicon.match import Matcher
from coldstop.lexicon.phrase import PhraseError
from coldstop.policy.errors import Code, PolicyError, Severity, clip
from coldstop.policy.merge import text_of
from coldstop.policy.yaml import TextNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.lexicon.phrase import Phrase
    from coldstop.policy.effective import Policy
    from coldstop.policy.entries import Noted


def check_entries(policy: Policy) -> Iterator[PolicyError]:
    """Find examples in which their entry is not found."""
    phrases: list[Phrase] = []
    tries: list[tuple[Noted, TextNode]] = []
    for noted, example in _examples(policy):
        if noted.key != "phrase":
            if not _found(noted.key, text_of(noted.text), text_of(example)):
                yield _finding(noted, example)
            continue
        try:
            phrases.append(policy.parser.parse(text_of(noted.text)))
        except PhraseError:
            continue
        tries.append((noted, example))
    # One automaton for all of them: building one for each phrase would take longer than loading.
    matcher = Matcher(phrases)
    for number, (noted, example) in enumerate(tries):
        if number not in matcher.scan(fold(text_of(example).encode())):
            yield _finding(noted, example)


def _examples(policy: Policy) -> Iterator[tuple[Noted, TextNode]]:
    for source in dict.fromkeys(source for row in policy.sources for source in row):
        for noted in source.noted:
            example = noted.entry.get("example")
            if isinstance(example, TextNode):
                yield noted, example


def _found(key: str, text: str, example: str) -> bool:
    match key:
        case "word":
            return text in example
        case "domain":
            host = example.lower().rpartition("@")[2]
            return f".{host}".endswith(f".{text.lower()}")
        case _:
            return text.lower() == example.lower()


def _finding(noted: Noted, example: TextNode) -> PolicyError:
    return PolicyError(
        Code.BAD_EXAMPLE,
        example.file,
        example.line,
        example.column,
        f"'{clip(text_of(noted.text))}' is not found in its example",
        "correct the one or the other; an example is a piece of real mail",
        Severity.WARNING,
    )
