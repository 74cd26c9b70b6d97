"""Joining policies, and the operator's locks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from coldstop.policy.errors import Code, PolicyErrors
from coldstop.policy.lint import lint
from coldstop.policy.load import load_policy, load_text, overlay
from coldstop.policy.model import Kind, Verdict

if TYPE_CHECKING:
    from coldstop.policy.effective import Policy

BASE = """\
coldstop: 1
description: the base
pitch: {threshold: 1}
ladder: {0: keep, 6: tag}
folders: {file: A, trash: B}
reader: {names: [Ray], skills: [SQL]}
trust: {authserv: mx.example}
stopped: [{who: a.example, on: 2026-01-01}]
lists: {friends: [Ann, Bob]}
rules:
  says-job: {when: {text: job}, pitch: 1, kind: job}
  cold: {when: {text: a}, points: 10, reason: cold}
  counts: {when: {text: b}, points_each: 2, cap: 6, at_least: tag}
"""


def build(folder: Path, **texts: str) -> Policy:
    """Write policies; the last one is loaded and extends the others unless it says so itself."""
    names = list(texts)
    for name, text in texts.items():
        head = "" if text.startswith("coldstop") else "coldstop: 1\n"
        if name == names[-1] and "extends" not in text:
            head += f"extends: [{', '.join(names[:-1])}]\n"
        (folder / f"{name}.yaml").write_text(head + text)
    return load_policy(str(folder / f"{names[-1]}.yaml"))


def refused(folder: Path, **texts: str) -> list[str]:
    """Do the same for what must be refused; give the findings as `file:line:column code`."""
    with pytest.raises(PolicyErrors) as caught:
        build(folder, **texts)
    return [
        f"{Path(error.file).stem}:{error.line}:{error.column} {error.code}"
        for error in caught.value.errors
    ]


def test_fields_replace_fields(tmp_path: Path) -> None:
    """Fields of reader and folders replace those of the same name and leave the others."""
    policy = build(tmp_path, base=BASE, top="reader: {names: [Kim]}\nfolders: {trash: C}\n")
    assert policy.reader.names == ("Kim",)
    assert policy.reader.skills == ("SQL",)
    assert (policy.folders.file, policy.folders.trash) == ("A", "C")
    assert policy.trust.authserv == ("mx.example",)
    assert policy.origins["reader", "skills", "0"].line == 6
    assert policy.description == ""


def test_lists_add(tmp_path: Path) -> None:
    """A list adds to the list of that name; what stands twice counts once, where it stood first."""
    policy = build(tmp_path, base=BASE, top="lists: {friends: [Bob, Cid], foes: Dan}\n")
    assert policy.lists == {"friends": ("Ann", "Bob", "Cid"), "foes": ("Dan",)}
    assert Path(policy.origins["lists", "friends", "Bob"].file).stem == "base"
    assert Path(policy.origins["lists", "friends", "Cid"].file).stem == "top"


def test_lists_edit(tmp_path: Path) -> None:
    """`remove` takes entries away before `add` brings others; removing nothing is a warning."""
    policy = build(tmp_path, base=BASE, top="lists: {friends: {remove: [Ann, Eve], add: Ann}}\n")
    assert policy.lists["friends"] == ("Bob", "Ann")
    assert [found.code for found in policy.notices] == [Code.NOTHING_REMOVED]
    assert policy.notices[0] in lint(policy)


def test_an_edit_may_begin_a_list() -> None:
    """`add` works where no list is inherited."""
    assert load_text(BASE.replace("[Ann, Bob]", "{add: [Ann]}")).lists == {"friends": ("Ann",)}


def test_ladder_replaces_as_a_whole(tmp_path: Path) -> None:
    """A ladder leaves nothing of the one before."""
    policy = build(tmp_path, base=BASE, top="ladder: {3: trash}\n")
    assert [(score, rung.verdict) for score, rung in policy.ladder] == [(3, Verdict.TRASH)]


def test_stopped_adds(tmp_path: Path) -> None:
    """Requests to stop of all files count."""
    policy = build(tmp_path, base=BASE, top="stopped: [{who: b.example, on: 2026-01-02}]\n")
    assert [stopped.who for stopped in policy.stopped] == ["a.example", "b.example"]
    assert Path(policy.origins["stopped", "1", "who"].file).stem == "top"


def test_rules_merge_key_by_key(tmp_path: Path) -> None:
    """A rule keeps what the child does not say, and its place in the order."""
    policy = build(
        tmp_path, base=BASE, top="rules: {new: {when: {text: x}, points: 1}, cold: {points: 6}}\n"
    )
    assert list(policy.rules) == ["says-job", "cold", "counts", "new"]
    assert policy.rules["cold"].points == 6
    assert policy.rules["cold"].reason == "cold"
    assert Path(policy.origins["rules", "cold", "points"].file).stem == "top"
    assert Path(policy.origins["rules", "cold", "reason"].file).stem == "base"


def test_rules_are_switched_off_and_on(tmp_path: Path) -> None:
    """`off: true` alone switches an inherited rule off, and `off: false` on again."""
    policy = build(tmp_path, base=BASE, mid="rules: {cold: {off: true}}\n", top="rules: {}\n")
    assert "cold" not in policy.rules
    policy = build(
        tmp_path, base=BASE, mid="rules: {cold: {off: true}}\n", top="rules: {cold: {off: false}}\n"
    )
    assert "cold" in policy.rules


def test_another_tally_replaces_the_old_one(tmp_path: Path) -> None:
    """Points over points_each drops the cap; points over pitch drops the kind; and back."""
    policy = build(
        tmp_path,
        base=BASE,
        top="rules: {counts: {points: 1}, cold: {points_each: 2, cap: 4}, says-job: {points: 3}}\n",
    )
    assert (policy.rules["counts"].points, policy.rules["counts"].cap) == (1, None)
    assert policy.rules["counts"].at_least is Verdict.TAG
    assert (policy.rules["cold"].points_each, policy.rules["cold"].points) == (2, None)
    assert (policy.rules["says-job"].pitch, policy.rules["says-job"].kind) == (None, None)
    policy = build(tmp_path, base=BASE, top="rules: {counts: {pitch_each: 1, kind: blast}}\n")
    rule = policy.rules["counts"]
    assert (rule.pitch_each, rule.cap, rule.at_least, rule.kind) == (1, 6, None, Kind.BLAST)


def test_half_a_rule_is_refused_after_merging(tmp_path: Path) -> None:
    """points_each over points needs a cap; a rule that nobody began needs a condition."""
    top = "rules:\n  cold: {points_each: 2}\n  colder: {points: 3}\n"
    assert refused(tmp_path, base=BASE, top=top) == [
        "base:12:3 incomplete-rule",
        "top:5:3 incomplete-rule",
    ]


def test_later_bases_win_and_shared_bases_count_once(tmp_path: Path) -> None:
    """Of two bases the later one wins; what both extend does not undo what the first one says."""
    policy = build(
        tmp_path,
        base=BASE,
        one="coldstop: 1\nextends: base\nrules: {cold: {points: 1}}\nladder: {0: keep, 1: tag}\n",
        two="coldstop: 1\nextends: base\nladder: {0: keep, 2: tag}\n",
        top="coldstop: 1\nextends: [one, two]\n",
    )
    assert policy.rules["cold"].points == 1
    assert [score for score, _ in policy.ladder] == [0, 2]
    assert [path.stem for path in policy.files] == ["base", "one", "two", "top"]


LOCKED = BASE + "lock: [ladder, rules.cold.points, rules.says-job, lists.friends, reader.names]\n"


@pytest.mark.parametrize(
    ("top", "place"),
    [
        ("ladder: {0: keep, 7: tag}\n", "top:3:1"),
        ("rules: {cold: {points: 9}}\n", "top:3:16"),
        ("rules: {cold: {points_each: 1, cap: 2}}\n", "top:3:16"),
        ("rules: {says-job: {off: true}}\n", "top:3:9"),
        ("rules: {says-job: {reason: x}}\n", "top:3:9"),
        ("lists: {friends: [Eve]}\n", "top:3:9"),
        ("lists: {friends: {remove: Ann}}\n", "top:3:9"),
        ("reader: {names: [Eve]}\n", "top:3:10"),
    ],
)
def test_locks_hold(tmp_path: Path, top: str, place: str) -> None:
    """What an operator locks, nothing that extends it may change; the finding is at the change."""
    assert refused(tmp_path, base=LOCKED, top=top) == [f"{place} locked"]


@pytest.mark.parametrize(
    "top",
    [
        "ladder: {0: keep, 6: tag}\n",
        "rules: {cold: {reason: x, at_least: tag}, more: {when: {text: a}, points: 1}}\n",
        "lists: {friends: [Ann], foes: [Eve]}\n",
        "reader: {skills: [T-SQL]}\n",
    ],
)
def test_locks_leave_the_rest_free(tmp_path: Path, top: str) -> None:
    """Saying the same again, and changing what is not locked, is allowed."""
    assert build(tmp_path, base=LOCKED, top=top)


def test_locks_hold_against_earlier_bases(tmp_path: Path) -> None:
    """A lock cannot be got round by extending something else first."""
    texts = {"other": "lists: {friends: [Eve]}\n", "base": LOCKED, "top": "name: top\n"}
    assert refused(tmp_path, **texts) == ["other:2:9 locked"]


def test_locks_hold_against_later_bases(tmp_path: Path) -> None:
    """Nor by extending something else afterwards."""
    texts = {"base": LOCKED, "other": "ladder: {0: trash}\n", "top": "name: top\n"}
    assert refused(tmp_path, **texts) == ["other:2:1 locked"]


def test_whole_sections_lock(tmp_path: Path) -> None:
    """A locked section takes no new entries; the finding is at each of them."""
    base = BASE + "lock: [rules, lists, stopped]\n"
    top = "rules: {cold: {reason: cold}, more: {when: {text: a}, points: 1}}\nlists: {l: []}\n"
    assert refused(tmp_path, base=base, top=top) == ["top:3:31 locked", "top:4:9 locked"]


def test_what_is_not_there_can_be_locked(tmp_path: Path) -> None:
    """A lock on a field that the base leaves out keeps it out."""
    base = BASE + "lock: [reply, rules.cold.at_most]\n"
    top = "reply: {reject: x}\nrules: {cold: {at_most: keep}}\n"
    assert refused(tmp_path, base=base, top=top) == ["top:3:1 locked", "top:4:16 locked"]


def test_locks_of_several_levels_hold(tmp_path: Path) -> None:
    """Each level may lock what it says; those above are bound by all of them."""
    texts = {
        "base": LOCKED,
        "mid": "coldstop: 1\nextends: base\npitch: {threshold: 2}\nlock: pitch\n",
        "top": "coldstop: 1\nextends: mid\npitch: {threshold: 3}\nladder: {0: keep}\n",
    }
    assert refused(tmp_path, **texts) == ["top:3:1 locked", "top:4:1 locked"]


def test_overlay_is_as_if_each_extended_those_before(tmp_path: Path) -> None:
    """Laying policies over one another comes to the same as extending them."""
    (tmp_path / "base.yaml").write_text(BASE)
    (tmp_path / "mid.yaml").write_text("coldstop: 1\nrules: {cold: {points: 3}}\n")
    (tmp_path / "top.yaml").write_text("coldstop: 1\nlists: {friends: [Eve]}\n")
    names = [str(tmp_path / f"{name}.yaml") for name in ("base", "mid", "top")]
    laid = overlay(*names)
    (tmp_path / "extended").mkdir()
    extended = build(
        tmp_path / "extended",
        base=BASE,
        mid="rules: {cold: {points: 3}}\n",
        top="coldstop: 1\nextends: [base, mid]\nlists: {friends: [Eve]}\n",
    )
    assert laid.revision == extended.revision
    assert laid.name == "top"
    assert [path.name for path in laid.files] == [path.name for path in extended.files]
    assert overlay(overlay(*names[:2]), names[2]).revision == laid.revision
    assert overlay(load_text(BASE), *names[1:]).revision == laid.revision


def test_overlay_counts_shared_files_once(tmp_path: Path) -> None:
    """A policy laid over what it extends itself adds nothing twice, loaded before or not."""
    (tmp_path / "base.yaml").write_text(BASE)
    (tmp_path / "top.yaml").write_text("coldstop: 1\nextends: base\n")
    base, top = (str(tmp_path / f"{name}.yaml") for name in ("base", "top"))
    for policy in (overlay(base, top), overlay(load_policy(base), top)):
        assert policy.revision == load_policy(top).revision
        assert len(policy.stopped) == 1


def test_overlay_respects_locks(tmp_path: Path) -> None:
    """A mailbox cannot change what the operator's default locks."""
    (tmp_path / "base.yaml").write_text(LOCKED)
    (tmp_path / "mailbox.yaml").write_text("coldstop: 1\nladder: {0: keep}\nlock: ladder\n")
    with pytest.raises(PolicyErrors) as caught:
        overlay(str(tmp_path / "base.yaml"), str(tmp_path / "mailbox.yaml"))
    assert [(Path(e.file).stem, e.line, e.code) for e in caught.value.errors] == [
        ("mailbox", 2, Code.LOCKED)
    ]


def test_a_mailbox_may_lock_what_it_inherits(tmp_path: Path) -> None:
    """A lock in the upper of two policies binds only what is laid over it."""
    (tmp_path / "base.yaml").write_text(BASE)
    (tmp_path / "mailbox.yaml").write_text("coldstop: 1\nlists: {friends: [Eve]}\nlock: lists\n")
    policy = overlay(str(tmp_path / "base.yaml"), str(tmp_path / "mailbox.yaml"))
    assert policy.lists["friends"] == ("Ann", "Bob", "Eve")
