"""Folders: what a policy may write, and how a host has it."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from coldstop.policy.folders import FolderError, Naming, bad_separator, naming, problem

HOSTS = (
    Naming(),
    Naming("."),
    Naming("/", "INBOX/"),
    Naming(".", "INBOX."),
    Naming("/", "mail/of/"),
    Naming("\\"),
)
WORDS = st.text(st.sampled_from("aäI./INBOX~ -&.\\"), min_size=1, max_size=9)
FOLDERS = st.one_of(
    st.lists(WORDS, min_size=1, max_size=4).map("/".join),
    st.sampled_from(["INBOX", "Inbox", "INBOX/a", "a", "a/b", "a.b", "INBOX.a"]),
    st.text(max_size=30),
).filter(lambda folder: not problem(folder))


def host_name(host: Naming, folder: str) -> str | None:
    """The host's name, or None where it cannot have one."""
    try:
        return host.of(folder)
    except FolderError:
        return None


@pytest.mark.parametrize(
    "folder",
    [
        "", " ", "/", "//", "a//b", "/a", "a/", ".", "..", "a/..", "../..", "a/./b", "~", "~a",
        "a*", "%", " a", "a ", "a/ b", "a /b", "a\tb", "a\x00", "a\x7f", "a\x85b", "a\u2028b",
        "a\u00a0", "x" * 201, "ä" * 100, "/".join("a" * 21), "\ud800",
    ],
)  # fmt: skip
def test_no_host_has_it(folder: str) -> None:
    """Empty levels, ways, wildcards, blanks around a level, control characters, endless names."""
    assert problem(folder)


@pytest.mark.parametrize(
    "folder",
    ["a", "INBOX", "Recruiters/Later", "Entwürfe/Später", "a b", "a.b", "...", "a~", "a/~b", "Q&A",
     "#1", "-", "x" * 200, "/".join("a" * 20), "👩\u200d💻 Jobs", "new", "[Jobs]", 'say "no"'],
)  # fmt: skip
def test_a_host_may_have_it(folder: str) -> None:
    """Everything else is for the host to say."""
    assert not problem(folder)


@pytest.mark.parametrize(
    ("host", "folder", "name"),
    [
        (Naming(), "Recruiters/Later", "Recruiters/Later"),
        (Naming("."), "Recruiters/Later", "Recruiters.Later"),
        (Naming(".", "INBOX."), "Recruiters/Later", "INBOX.Recruiters.Later"),
        (Naming("/", "INBOX/"), "Junk", "INBOX/Junk"),
        (Naming(".", "INBOX."), "Inbox", "Inbox"),
        (Naming("."), "INBOX/Jobs", "INBOX.Jobs"),
        (Naming("/", "mail/"), "INBOX/Jobs", "mail/INBOX/Jobs"),
    ],
)
def test_as_the_host_has_it(host: Naming, folder: str, name: str) -> None:
    """Levels are joined by the host's separator; the prefix is before all but the INBOX."""
    assert host.of(folder) == name


@pytest.mark.parametrize(
    ("host", "folder", "hint"),
    [
        (Naming("."), "ray@firm.example", "writes 'ray@firm/example' for levels"),
        (Naming(".", "INBOX."), "INBOX.Jobs.Later", "writes 'Jobs/Later' for"),
        (Naming(".", "INBOX."), "INBOX/Jobs", "the prefix: 'Jobs'"),
        (Naming(".", "INBOX."), "inbox/Jobs/Old", "the prefix: 'Jobs/Old'"),
    ],
)
def test_what_would_be_another_folder(host: Naming, folder: str, hint: str) -> None:
    """A level with the separator inside, or a prefix written twice, is an error that says more."""
    with pytest.raises(FolderError) as caught:
        host.of(folder)
    assert hint in caught.value.hint


@given(st.sampled_from(HOSTS), FOLDERS, FOLDERS)
def test_different_folders_stay_different(host: Naming, one: str, other: str) -> None:
    """No two folders have one name on a host, and no name has an empty level."""
    first, second = host_name(host, one), host_name(host, other)
    assume(first is not None)
    assert first is not None
    assert "" not in first.split(host.separator)
    assert (first == second) is (one == other)


@pytest.mark.parametrize(
    ("separator", "prefix", "known", "result"),
    [
        (None, None, Naming(), Naming()),
        (".", None, Naming(), Naming(".")),
        (None, "INBOX.", Naming(), Naming(".", "INBOX.")),
        ("/", None, Naming(".", "INBOX."), Naming("/", "INBOX/")),
        (None, "", Naming(".", "INBOX."), Naming(".")),
        ("/", "", Naming(".", "INBOX."), Naming("/")),
        (".", "INBOX.", Naming(), Naming(".", "INBOX.")),
        (None, None, Naming(".", "INBOX."), Naming(".", "INBOX.")),
    ],
)
def test_what_is_said_wins(
    separator: str | None, prefix: str | None, known: Naming, result: Naming
) -> None:
    """What is said counts more than what is known, and a prefix tells its separator."""
    assert naming(separator, prefix, known) == result


@pytest.mark.parametrize(
    ("separator", "prefix"),
    [("", None), ("..", None), ("a", None), ("*", None), (" ", None), ("é", None), (None, "INBOX"),
     ("/", "INBOX."), (".", "INBOX"), (".", "."), (".", "a..b."), (".", "*."), (None, "a\n.")],
)  # fmt: skip
def test_what_goes_with_no_host(separator: str | None, prefix: str | None) -> None:
    """A separator is one character of its own, and a prefix ends in it."""
    with pytest.raises(FolderError):
        naming(separator, prefix)


def test_separators() -> None:
    """Servers were seen with these."""
    assert not any(map(bad_separator, "./\\|^:-_"))
