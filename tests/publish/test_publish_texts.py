"""Seals, wrappers and blocks: what is written can be read, and taken out again."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coldstop.publish import texts
from coldstop.publish.errors import Code, PublishError
from coldstop.publish.texts import Kind
from coldstop.sieve.seal import seal as compiled_seal

GUARD = b'require ["variables"];\nset "x" "";\n'
SCRIPTS = st.one_of(
    st.binary(max_size=200),
    st.lists(
        st.sampled_from(
            [
                b'require "fileinto";',
                b'require ["a", "b"];',
                b"# require;\n",
                b"/* ; */",
                b"\r\n",
                b"\n",
                b'keep; # "x',
                b"\xff",
            ]
        ),
        max_size=8,
    ).map(b"".join),
)


@given(SCRIPTS, st.sampled_from(Kind))
@example(b"\r", Kind.GUARD)
def test_seal_survives_line_ends(text: bytes, kind: Kind) -> None:
    """A seal holds whatever line ends the server stores, and however many at the end."""
    sealed = texts.seal(kind, text)
    assert texts.read_seal(sealed) == texts.Seal(kind, intact=True)
    changed = sealed.replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n"
    assert texts.read_seal(changed) == texts.Seal(kind, intact=True)


@given(SCRIPTS, st.binary(min_size=1, max_size=20))
def test_seal_shows_an_edit(text: bytes, more: bytes) -> None:
    """Anything put behind a sealed script is seen, unless it is line ends only."""
    found = texts.read_seal(texts.seal(Kind.GUARD, text) + more)
    same = texts.normal(text + more) == texts.normal(text) or not more.strip(b"\r\n")
    assert found is not None
    assert found.intact is same or texts.normal(texts.crlf(text) + more) == texts.normal(text)


@given(SCRIPTS)
def test_block_comes_out_whole(text: bytes) -> None:
    """Taking the block out gives every byte back."""
    block = texts.find_block(texts.insert_block(text, GUARD))
    assert block is not None
    assert (block.without, block.intact) == (text, True)


@pytest.mark.parametrize(
    ("script", "head"),
    [
        (b'require "a";\nkeep;', b'require "a";'),
        (b'# x; \n/* require */ REQUIRE [ "a" , "b;" ] # y\n ; keep;', b"# y\n ;"),
        (b'require "a"; require ["b"];\nrequire "c";keep;', b'require "c";'),
        (b'keep;\nrequire "a";', b""),
        (b'requires "a";', b""),
        (b"", b""),
        (b'require "unclosed', b""),
    ],
)
def test_block_stands_behind_require(script: bytes, head: bytes) -> None:
    """The block follows the last leading `require`, and comes first where there is none."""
    text = texts.insert_block(script, GUARD)
    before = text[: text.index(b"\r\n# >>> coldstop")]
    assert before.endswith(head)
    if not head:
        assert before == b""


def test_compiled_scripts_have_a_seal() -> None:
    """What the compiler has sealed gets no second head, and is told from an edited one."""
    text = compiled_seal("ray", "0123456789ab", "cyrus", GUARD.decode()).encode()
    sealed = texts.seal(Kind.GUARD, text)
    assert sealed == texts.crlf(text)
    assert texts.is_intact(sealed, Kind.GUARD)
    assert texts.read_seal(sealed + b"keep;") == texts.Seal(Kind.GUARD, intact=False)
    assert texts.read_seal(texts.seal(Kind.GUARD, text + b"keep;")) is not None


def test_block_edits_are_seen() -> None:
    """A changed block is not intact; without one of its lines it is broken."""
    text = texts.insert_block(b"keep;", GUARD)
    edited = texts.find_block(text.replace(b'"x"', b'"y"'))
    assert edited is not None
    assert not edited.intact
    lost = text.replace(b"# <<< coldstop block", b"")
    assert texts.find_block(lost) is None
    assert texts.broken_block(lost)
    assert not texts.broken_block(text)
    assert not texts.broken_block(b"keep;")


def test_block_refuses_its_own_marker() -> None:
    """A script that has the closing line in it cannot be put into a block."""
    with pytest.raises(PublishError) as refused:
        texts.insert_block(b"keep;", GUARD + b"# <<< coldstop block\n")
    assert refused.value.code is Code.BAD_SCRIPT


@given(
    st.text(st.characters(min_codepoint=32, codec="utf-8", exclude_categories=["Cc"]), min_size=1)
)
def test_wrapper_names_round_trip(name: str) -> None:
    """Any name without control characters can be included, and read back."""
    text = texts.wrapper("coldstop-0123456789ab", name)
    assert texts.included(text) == ("coldstop-0123456789ab", name)
    assert texts.is_intact(text, Kind.WRAPPER)
    assert text.count(b"\r\n") == text.count(b"\n") == 4


def test_wrapper_refuses_control_characters() -> None:
    """A name with a line end cannot break out of the wrapper."""
    with pytest.raises(PublishError) as refused:
        texts.wrapper("coldstop-0", 'a\r\nb";discard;')
    assert refused.value.code is Code.BAD_NAME


def test_wrapper_alone() -> None:
    """Without a script of the reader's the wrapper includes ours only."""
    assert texts.included(texts.wrapper("coldstop-0", "")) == ("coldstop-0", "")


@pytest.mark.parametrize(
    ("script", "answer"),
    [
        (b'include :personal "coldstop-main";', True),
        (b'INCLUDE\n "coldstop-0123456789ab";', True),
        (b'include "mine"; # coldstop-main', False),
        (b'fileinto "coldstop-main";', False),
    ],
)
def test_circles(script: bytes, answer: object) -> None:
    """An include of ours in somebody's script is seen."""
    assert texts.includes_ours(script) is answer


@pytest.mark.parametrize(
    ("script", "answer"),
    [
        (b'require "vacation"; vacation "costs ${5}";', True),
        (b'require ["variables"]; set "a" "${b}";', False),
        (b"keep;", False),
    ],
)
def test_meaning(script: bytes, answer: object) -> None:
    """`${` in a script without `variables` would change its meaning beside ours."""
    assert texts.changes_meaning(script) is answer
