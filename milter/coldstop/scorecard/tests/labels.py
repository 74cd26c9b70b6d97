"""`labels`: the labels of a job form (`Location:`), at the start of a line, case-sensitive.

A label stands where a line, a table cell or an HTML tag begins: behind the start of the text,
a control character or `>`, with nothing but punctuation and gaps between (bullets, quote
marks). Its colon may follow a gap. Two or more of them are the mark of a staffing blast.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import re2

from coldstop.lexicon.regex import GAP, exact
from coldstop.scorecard.judgement import Evidence
from coldstop.scorecard.node import Hit, Node

if TYPE_CHECKING:
    from coldstop.policy.model import LabelsTest
    from coldstop.scorecard.context import Context
    from coldstop.scorecard.facts import Facts

#: From the beginning of a line to its first word; what POSIX, PCRE and RE2 read alike. Tags in
#: between need no mention, for the `>` of the last one is a beginning itself; with them, libc
#: would walk a run of a quarter of a million `<br>` from each of its tags.
LINE_START = rb"(^|>)([^<>]*[[:cntrl:]])?([^[:alnum:]<>]|&nbsp;)*"


def label_regex(*labels: str) -> bytes:
    """The meaning of a label, or of any of several, on raw text (a portable pattern)."""
    cores = ((GAP + b"+").join(map(exact, label.encode().split())) for label in labels)
    return LINE_START + b"(" + b"|".join(cores) + b")" + GAP + b"*:"


@functools.lru_cache(maxsize=1024)
def _compiled(label: str) -> re2._Regexp:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    return re2.compile(label_regex(label), options)


def compile_labels(test: LabelsTest, context: Context) -> Node:
    """Count different labels; the phrase table finds candidates, RE2 looks at their place."""
    candidates = {context.phrase(label): label for label in context.entries(test.labels)}
    ids = frozenset(candidates)
    enough = test.at_least

    def run(facts: Facts) -> Hit | None:
        hits = facts.body
        if ids.isdisjoint(hits):
            return None
        near = ids & hits.keys()
        if len(near) < enough:
            return None
        evidence = []
        for number in sorted(near):
            label = candidates[number]
            pattern = _compiled(label)
            for part in facts.message.parts:
                if pattern.search(part.text):
                    where = "html" if part.kind == "text/html" else "text"
                    evidence.append(Evidence(where, f"{label}:"))
                    break
        return Hit(tuple(evidence), len(evidence)) if len(evidence) >= enough else None

    return Node(run, f"{enough} or more labels of {', '.join(test.labels)}")
