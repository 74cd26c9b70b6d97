"""Strict YAML: texts with places, and what is refused."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from coldstop.policy import yaml as strict
from coldstop.policy.complaints import FORBIDDEN
from coldstop.policy.errors import Code, PolicyErrors
from coldstop.policy.limits import LIMITS, Limits
from coldstop.policy.merge import to_data
from coldstop.policy.yaml import MapNode, Node, SeqNode, TextNode, decode, load_tree, parse
from support.stopwatch import cpu_seconds

BOMBS = {
    "20,000 brackets": "[" * 20_000,
    "20,000 brackets in lines": "[\n" * 20_000,
    "20,000 braces": "{" * 20_000,
    "a megabyte of anchors": "a: &x\n" * 170_000,
    "a megabyte of anchors in a line": "a: &x " * 170_000,
    "a megabyte of aliases": "- *a\n" * 200_000,
    "a megabyte of dashes": "- " * 500_000,
    "a megabyte of question marks": "? " * 500_000,
    "a megabyte of colons": "a: " * 340_000,
    "a megabyte of nothing": "-\n" * 500_000,
    "a megabyte of documents": "---\n" * 250_000,
    "a megabyte of comment": "#" * 1_000_000,
    "a megabyte of open quotes": "- '" * 330_000,
    "doubling aliases": "a: &a [x]\n"
    + "".join(f"b{n}: &b{n} [*a, *a, *a, *a]\n" for n in range(100)),
    "merge keys": "a: &a {x: y}\n" + "b: {<<: *a}\n" * 1_000,
}


def codes(text: str) -> list[str]:
    """Read a text that must be refused; give the findings as `line:column code`."""
    with pytest.raises(PolicyErrors) as caught:
        load_tree(text, "f")
    return [f"{error.line}:{error.column} {error.code}" for error in caught.value.errors]


@pytest.mark.parametrize(
    "text", ["no", "1:30", "012", "2027-03-01", "1e3", "0x1F", "true", "=", "on", "1_000", ".5"]
)
def test_scalars_stay_text(text: str) -> None:
    """What YAML would turn into something else stays as it was written (H12)."""
    assert to_data(load_tree(f"- {text}\n", "f")) == [text]


def test_every_node_knows_its_place() -> None:
    """Lines and columns count from 1, in characters, and after a byte order mark too."""
    tree = load_tree("\ufeffé: [ä, 'b c']\nk:\n  x: |\n    two\n    lines\n", "f")
    assert isinstance(tree, MapNode)
    (_, seq), (_, inner) = tree.entries
    assert isinstance(seq, SeqNode)
    assert isinstance(inner, MapNode)
    assert [(i.line, i.column) for i in seq.items] == [(1, 5), (1, 8)]
    assert [i.inset for i in seq.items if isinstance(i, TextNode)] == [0, 1]
    assert inner.get("x") == TextNode("two\nlines\n", "f", 3, 6)
    assert (inner.line, inner.column, inner.file) == (3, 3, "f")


def test_inset_is_unknown_where_text_and_file_differ() -> None:
    """Behind an escape the columns of text and file part, and the node says so."""
    tree = load_tree("- 'it''s'\n- \"a\\tb\"\n- a\n  b\n", "f")
    assert isinstance(tree, SeqNode)
    assert [i.inset for i in tree.items if isinstance(i, TextNode)] == [-1, -1, -1]


def test_all_findings_come_at_once() -> None:
    """One reading reports everything that does not make reading on impossible."""
    text = "a: &x b\na: !!int 3\n<<: {c: d}\ne:\nf: *x\nnull: g\n"
    assert codes(text) == [
        "1:4 anchor",
        "2:1 duplicate-key",
        "2:4 tag",
        "3:1 merge-key",
        "4:1 missing-value",
        "5:4 anchor",
        "6:1 bad-key",
    ]


@pytest.mark.parametrize("value", ["", "~", "null", "Null", "NULL", "# a comment"])
def test_missing_values_are_refused(value: str) -> None:
    """A key without a value is a slip, not an empty text."""
    assert codes(f"a: {value}\n") == ["1:1 missing-value"]


def test_quoted_words_are_words() -> None:
    """Quotes make text of what would mean that nothing is there, or a merge."""
    tree = load_tree("a: 'null'\nb: '~'\nc: ''\n'<<': d\n'null': e\n", "f")
    assert to_data(tree) == {"a": "null", "b": "~", "c": "", "<<": "d", "null": "e"}


@pytest.mark.parametrize(
    "character",
    ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\u2028", "\u2029", "\u202e", "\u2066", "\ufeff"],
)
def test_invisible_characters_are_refused(character: str) -> None:
    """Control characters and such as change the order of text stand nowhere, escaped or not."""
    assert codes(f"a: b\nc: d{character}e\n") == ["2:5 control-character"]
    assert codes(f'c: "d\\u{ord(character):04x}e"\n') == ["1:4 control-character"]


def test_half_characters_are_refused() -> None:
    """A lone surrogate, which no file can hold, is refused in text from elsewhere."""
    assert codes("a: \ud800\n") == ["1:4 encoding"]


def test_line_ends() -> None:
    """LF and CRLF end lines; a CR by itself, which editors disagree on, is refused."""
    assert to_data(load_tree("a: b\r\nc: d\r\n", "f")) == {"a": "b", "c": "d"}
    assert codes("a: b\rc: d\n") == ["1:5 control-character"]


@pytest.mark.parametrize("data", [b"a: b\nc: \xff\n", b"a: b\nc: \xed\xa0\x80\n"])
def test_other_encodings_are_refused(data: bytes) -> None:
    """Bytes that are no UTF-8 are refused at the first of them."""
    with pytest.raises(PolicyErrors) as caught:
        decode(data, "f")
    (error,) = caught.value.errors
    assert (error.code, error.line, error.column) == (Code.ENCODING, 2, 4)


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n...\n", "~\n"])
def test_empty_files_are_refused(text: str) -> None:
    """A file without a value is refused as empty."""
    assert codes(text) == ["1:1 empty"]


def test_size_limit() -> None:
    """A file may be as large as the limit, in bytes, and not a byte larger."""
    text = "é" * (LIMITS.file_bytes // 2)
    assert load_tree(text, "f")
    assert codes(text + "e") == ["1:1 too-large"]
    assert decode(b"x" * LIMITS.file_bytes, "f")
    with pytest.raises(PolicyErrors):
        decode(b"x" * (LIMITS.file_bytes + 1), "f")


def test_depth_limit() -> None:
    """Nesting may be as deep as the limit, and not a level deeper."""
    assert load_tree("[" * LIMITS.depth + "]" * LIMITS.depth, "f")
    deep = LIMITS.depth + 1
    assert codes("[" * deep + "]" * deep) == [f"1:{deep} too-deep"]


def test_value_limit() -> None:
    """A file may hold as many values as the limit, and not one more."""
    limits = Limits(values=5)
    assert load_tree("[a, b, c, d]", "f", limits)
    with pytest.raises(PolicyErrors) as caught:
        load_tree("{a: b, c: d, e: f}", "f", limits)
    assert [(error.code, error.column) for error in caught.value.errors] == [
        (Code.TOO_MANY_VALUES, 14)
    ]


def test_findings_limit() -> None:
    """Reading stops after as many findings as the limit says."""
    assert len(codes("-\n" * (LIMITS.errors + 5))) == LIMITS.errors


def test_messages_quote_little() -> None:
    """A finding never repeats more of the file than fits a line."""
    key = "k" * 1000
    with pytest.raises(PolicyErrors) as caught:
        load_tree(f"{key}: a\n{key}: b\n", "f")
    assert len(caught.value.errors[0].message) < 100


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_bombs_are_refused_at_once(bomb: str) -> None:
    """What is made to exhaust a reader is refused within 100 ms (H12)."""

    def refused() -> None:
        with pytest.raises(PolicyErrors):
            load_tree(bomb, "f")

    assert cpu_seconds(refused, 0.1) < 0.1


def test_bombs_take_little_memory() -> None:
    """All bombs together raise the peak of a fresh process by less than 50 MiB (H12)."""
    script = (
        "import json, resource, sys\n"
        "from coldstop.policy.errors import PolicyErrors\n"
        "from coldstop.policy.yaml import load_tree\n"
        "bombs = json.load(sys.stdin)\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "for bomb in bombs:\n"
        "    try:\n"
        "        load_tree(bomb, 'f')\n"
        "    except PolicyErrors:\n"
        "        pass\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=json.dumps(list(BOMBS.values())),
        capture_output=True,
        text=True,
        check=True,
    )
    kilobytes = int(done.stdout) // (1024 if sys.platform == "darwin" else 1)
    assert kilobytes < 50 * 1024


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a: @x\n", "1:4 syntax", "text cannot begin with @"),
        ("a: [b, c\nd: e\n", "2:2 syntax", "the list opened in line 1 is not closed"),
        ("a: {b: c\nd: e\n", "2:2 syntax", "the mapping opened in line 1 is not closed"),
        ("a: b: c\n", "1:5 syntax", "a second ': ' in one line"),
        ("a: 'b\nc: d\n", "3:1 syntax", "the quotes opened in line 1 are never closed"),
        ("a: 'it's'\n", "1:8 syntax", "no key stands where one is expected"),
        ('a: "b\\qc"\n', "1:6 syntax", "no such escape"),
        ("- a\nb: c\n", "2:1 syntax", "the list ends here"),
        ("a:\n\tb: c\n", "2:1 tab", "a tab cannot indent"),
        ("{a: b}}\n", "1:7 syntax", "the policy is over"),
    ],
)
@pytest.mark.parametrize("loader", [yaml.CSafeLoader, yaml.SafeLoader])
def test_syntax_findings_are_readable(
    text: str, place: str, message: str, loader: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slips of syntax are explained in words of our own, at the place, with either parser."""
    monkeypatch.setattr(strict, "_LOADER", loader)
    with pytest.raises(PolicyErrors) as caught:
        load_tree(text, "f")
    (error,) = caught.value.errors
    if loader is yaml.CSafeLoader:  # the other one says some things differently
        assert f"{error.line}:{error.column} {error.code}" == place
        assert error.message.startswith(message)
    assert error.code in {Code.SYNTAX, Code.TAB}


TEXTS = st.text(st.characters(codec="utf-8"), max_size=20).filter(
    lambda text: not FORBIDDEN.search(text.replace("\r", "\x00"))
)
TREES: st.SearchStrategy[Any] = st.recursive(
    TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(TREES, st.sampled_from([None, 2]))
def test_trees_survive(data: Any, indent: int | None) -> None:
    """What is written as YAML is read back as it was, whatever the texts are."""
    text = json.dumps(data, ensure_ascii=False, indent=indent)
    assert to_data(load_tree(text, "f")) == data


TOKENS = (
    *("a", "b: ", "c:", "- ", "\n", "\n  ", "\n    ", " ", "{", "}", "[", "]", ", ", ": ", "? "),
    *("&x ", "*x ", "!t ", "!!str ", "<<: ", "|\n", ">-\n", "'", '"', "\\", "#", " #", "@", "%"),
    *("---\n", "...\n", "%YAML 1.2\n", "%TAG ! x\n", "\t", "\r\n", "\r", "\x00", "\x85"),
    *("\u2028", "\ufeff", "\ud800", "é", "😀", "null", "~", "0", '"\\x00"', "=", "\\u202e"),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(TOKENS), max_size=25).map("".join))
def test_any_text_loads_or_is_refused(text: str) -> None:
    """Whatever the text, there is a tree with places inside it, or findings with such places."""
    lines = text.count("\n") + 1
    tree, errors = parse(text, "f")
    places = [(error.line, error.column) for error in errors]
    if tree is not None:
        places += [(node.line, node.column) for node in walk(tree)]
    assert places
    assert all(1 <= line <= lines + 1 and column >= 1 for line, column in places)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_decode_or_are_refused(data: bytes) -> None:
    """Bytes become text or PolicyErrors, nothing else."""
    with contextlib.suppress(PolicyErrors):
        load_tree(decode(data, "f"), "f")


def walk(node: Node) -> list[Node]:
    """Give a node and all below it."""
    found: list[Node] = [node]
    if isinstance(node, SeqNode):
        for item in node.items:
            found += walk(item)
    elif isinstance(node, MapNode):
        for key, value in node.entries:
            found += [key, *walk(value)]
    return found
