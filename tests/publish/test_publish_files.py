"""Plans and states as files, passwords, and how a server's kind is found out."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from coldstop.publish import compiling, files, plan, secret, show
from coldstop.publish.errors import Code, PublishError
from coldstop.publish.limits import LIMITS
from coldstop.publish.plan import Offer
from coldstop.publish.session import Account
from coldstop.publish.snapshot import Snapshot
from coldstop.publish.state import Published, Saved, State, Store

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNT = Account("mail.example.org", "ray@example.org")
OFFER = Offer("keep;\n", "passive", "0123456789ab", "generic", ("nothing that matters",))
EMPTY = Snapshot("", frozenset(), {})


def made(
    seen: Snapshot = EMPTY, state: State | None = None, mode: plan.Mode = "include"
) -> plan.Plan:
    """A plan for an account."""
    return plan.make(ACCOUNT, OFFER, seen, state or State(), implementation="x", mode=mode)


@given(st.binary(max_size=60))
def test_scripts_in_files(script: bytes) -> None:
    """Any bytes survive a JSON file."""
    adapter = TypeAdapter(Saved)
    text = json.dumps(adapter.dump_python(Saved("a", script), mode="json"))
    assert adapter.validate_python(json.loads(text)).text == script


def test_plan_round_trips(tmp_path: Path) -> None:
    """What is saved is what is loaded."""
    one = made(Snapshot("m", frozenset({"m"}), {"m": b"\xff base64: \r\n"}), mode="block")
    plan.save(one, tmp_path / "p")
    assert plan.load(tmp_path / "p") == one


def test_state_round_trips(tmp_path: Path) -> None:
    """What is saved is what is loaded; where nothing was saved there is nothing."""
    store = Store(ACCOUNT, tmp_path)
    assert store.load() == State()
    saved = Saved("mine", b"base64:\xff")
    state = State(
        previous=saved,
        published=Published("2027-01-01", "p", "0" * 12, "t", "include", "m", (saved,)),
        kept=(saved,),
    )
    store.save(state)
    assert store.load() == state


def test_state_has_a_place_for_each_account(tmp_path: Path) -> None:
    """Names that look like paths stay within the folder, and ports are kept apart."""
    paths = {
        Store(Account(host, user, port), tmp_path).path
        for host, user, port in (
            ("a", "b", 4190),
            ("a", "b", 4191),
            ("a", "../b", 4190),
            ("..", "b", 4190),
            ("a/..", "/b", 4190),
            ("a", ".b", 4190),
        )
    }
    assert len(paths) == 6
    assert all(len(path.relative_to(tmp_path).parts) == 2 for path in paths)
    assert not any(".." in path.parts for path in paths)


def test_state_keeps_the_latest() -> None:
    """Forced-over scripts are kept, but not without end."""
    state = State()
    for number in range(LIMITS.kept + 3):
        state = state.keeping(Saved(str(number), b""))
    assert len(state.kept) == LIMITS.kept
    assert state.kept[-1].name == str(LIMITS.kept + 2)


def test_state_that_cannot_be_written(tmp_path: Path) -> None:
    """Where no state can be kept, nothing may be changed: it is an error."""
    (tmp_path / "mail.example.org").write_text("in the way")
    with pytest.raises(PublishError) as refused:
        Store(ACCOUNT, tmp_path).save(State())
    assert refused.value.code is Code.BAD_STATE


def test_large_files(tmp_path: Path) -> None:
    """A file past the limit is not read."""
    path = tmp_path / "p"
    path.write_bytes(b'"' + b"x" * (LIMITS.file_bytes - 2) + b'"')
    assert isinstance(files.read(path, Code.BAD_PLAN), str)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(PublishError) as refused:
        files.read(path, Code.BAD_PLAN)
    assert refused.value.code is Code.BAD_PLAN


def test_same_revision_other_script() -> None:
    """A second script of one revision gets a number, and there is an end to it."""
    names = [f"coldstop-{OFFER.revision}"]
    names += [f"{names[0]}-{number}" for number in range(2, LIMITS.same_revision)]
    seen = Snapshot("", frozenset(names), dict.fromkeys(names, b"keep;"))
    assert made(seen).steps[0].name == f"{names[0]}-{LIMITS.same_revision}"
    names.append(f"{names[0]}-{LIMITS.same_revision}")
    with pytest.raises(PublishError) as refused:
        made(Snapshot("", frozenset(names), dict.fromkeys(names, b"keep;")))
    assert refused.value.code is Code.BAD_NAME


def test_script_too_large() -> None:
    """A script past the limit is not planned."""
    offer = Offer("#" * LIMITS.script_bytes, "p", "0" * 12, "t")
    with pytest.raises(PublishError) as refused:
        plan.make(ACCOUNT, offer, EMPTY, State(), implementation="", mode="include")
    assert refused.value.code is Code.TOO_LARGE


def test_block_that_would_change_a_meaning_needs_force() -> None:
    """`${...}` in a script without `variables` is told."""
    seen = Snapshot("m", frozenset({"m"}), {"m": b'require "vacation"; vacation "${x}";'})
    assert "plain text" in made(seen, mode="block").force[0]
    assert made(seen).force == ()


def test_broken_block_is_not_touched() -> None:
    """Half a block in somebody's script is for them to mend."""
    seen = Snapshot("m", frozenset({"m"}), {"m": b"keep;\n# <<< coldstop block\n"})
    with pytest.raises(PublishError) as refused:
        made(seen)
    assert refused.value.code is Code.FOREIGN


def test_shown_plan() -> None:
    """The plan shows server, policy, each change, sizes and the loss; and drives no terminal."""
    seen = Snapshot("m", frozenset({"m"}), {"m": b"# \x1b[2J\nkeep;"})
    text = "\n".join(show.render(made(seen, mode="block"), seen))
    for part in ("ray@example.org at mail.example.org", "passive", "0123456789ab", "+keep;"):
        assert part in text
    for part in ("change m (", " bytes)", "nothing that matters", "# \\x1b[2J"):
        assert part in text
    assert "\x1b" not in text


def test_long_diffs_are_cut() -> None:
    """A diff of exactly the limits is shown whole; one past them says how much is missing."""
    wide = "x" * (LIMITS.shown_columns - 1)  # a + comes in front
    head = 4  # two file names, a position, and the seal
    for lines, cut in ((LIMITS.shown_lines, ""), (LIMITS.shown_lines + 1, "… 1 line more")):
        text = "\n".join([wide] * (lines - head))
        offer = Offer(text, "p", "0" * 12, "t")
        one = plan.make(ACCOUNT, offer, EMPTY, State(), implementation="", mode="block")
        text = "\n".join(show.render(one, EMPTY))
        assert ("more" in text, cut in text) == (bool(cut), True)
        assert "more" not in "\n".join(show.render(one, EMPTY, full=True))
    offer = Offer(wide + "xx", "p", "0" * 12, "t")
    one = plan.make(ACCOUNT, offer, EMPTY, State(), implementation="", mode="block")
    assert "… (2 more)" in "\n".join(show.render(one, EMPTY))


@pytest.mark.parametrize(
    ("implementation", "host", "target"),
    [
        ("Dovecot (Debian) Pigeonhole", "mail.example.org", "pigeonhole"),
        ("Dovecot Pigeonhole", "imap.migadu.com", "migadu"),
        ("Sora ManageSieve Proxy", "x", "migadu"),
        ("Cyrus timsieved v3.6.1", "x", "cyrus"),
        ("Stalwart v1", "x", "stalwart"),
        ("Dovecot Pigeonhole", "mail.gandi.net", "gandi"),
        ("Dovecot Pigeonhole", "notgandi.net", "pigeonhole"),
        ("something", "x", "generic"),
    ],
)
def test_detection(implementation: str, host: str, target: str) -> None:
    """The target is found by the server's name or by what it calls itself."""
    assert compiling.detect(implementation, host) == target


def test_script_from_a_file(tmp_path: Path) -> None:
    """A script from a file has a revision of its own; what is no text is refused."""
    path = tmp_path / "x.sieve"
    path.write_bytes(b"keep;\r\n")
    offer = compiling.from_file(path)
    assert (offer.text, len(offer.revision)) == ("keep;\n", 12)
    path.write_bytes(b"\xff")
    for bad in (path, tmp_path / "none"):
        with pytest.raises(PublishError) as refused:
            compiling.from_file(bad)
        assert refused.value.code is Code.CANNOT_COMPILE


def test_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command comes before the environment; only its first line counts."""
    monkeypatch.setenv(secret.VARIABLE, "from the environment")
    assert secret.password(None, "me") == "from the environment"
    command = f"{sys.executable} -c \"print('from a command'); print('more')\""
    assert secret.password(command, "me") == "from a command"


@pytest.mark.parametrize(
    "command",
    [
        "/nonexistent",
        "'",
        " ",
        f"{sys.executable} -c \"print('hush'); raise SystemExit(3)\"",
        f"{sys.executable} -c \"import sys; sys.stdout.buffer.write(b'hush\\xff')\"",
        f'{sys.executable} -c ""',
        None,
    ],
)
def test_no_password(command: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that fails is an error that does not show what it printed."""
    monkeypatch.delenv(secret.VARIABLE, raising=False)
    with pytest.raises(PublishError) as refused:
        secret.password(command, "me")
    assert refused.value.code is Code.NO_PASSWORD
    assert "hush" not in str(refused.value)
