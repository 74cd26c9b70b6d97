"""Hostile policies: whatever stands in them, the script compiles and holds no command of theirs.

    python tests/sieve/hostile.py --count 100000

makes random strings for phrases, addresses, folders, reasons, list entries and header values,
compiles a policy of each, has `sievec` compile the script, and looks for every string again in the
script, through the reader of `support/sievecheck`. Prints how many, and the first failure. Strings
that the policy itself refuses (`coldstop check`) are counted, not compiled.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from coldstop.policy.errors import PolicyErrors
from coldstop.policy.load import load_text
from coldstop.sieve.compile import compile_policy
from coldstop.sieve.quote import DOLLAR
from coldstop.sieve.targets import load_target
from support.judging import TODAY
from support.sievecheck import Pigeonhole, meaning, read_string

if TYPE_CHECKING:
    from coldstop.sieve.targets import Target

ALPHABET = '"\\ ${}hex:;.*?/#[](),aé€\U0001f600\xa0\u200b\u2019|@-+^<>&%0'
PIECES = (
    '"; stop; #',
    '\\"; discard; #',
    "${hex:22}; discard;",
    "${unicode:0022}",
    "${1}",
    "${for}",
    "${dollar}",
    "*/ stop;",
    "\\",
    "$",
    "{",
    "text:\n.\n",
    "\r\n.\r\n",
    "\0",
    "if true { discard; }",
    "[[:alpha:]]",
    "(?i)",
    "\\1",
)
COMMANDS = {"require", "set", "if", "elsif", "else", "fileinto", "addflag", "discard", "stop"}
TESTS = {"allof", "anyof", "not", "header", "address", "envelope", "body", "string", "exists"}
OTHERS = {"size", "currentdate", "true", "false", "1M"}


def text(random_: random.Random) -> str:
    """Make a string that means no good."""
    pieces = []
    for _ in range(random_.randint(1, 4)):
        if random_.random() < 0.35:
            pieces.append(random_.choice(PIECES))
        else:
            pieces.append("".join(random_.choices(ALPHABET, k=random_.randint(1, 12))))
    return "".join(pieces)


def policy(random_: random.Random) -> str:
    """Write a small policy of hostile strings."""
    bad = [text(random_) for _ in range(6)]
    bad[4] = bad[4].strip() or "x"
    phrase, header, address, folder, reason, name = (
        json.dumps(one, ensure_ascii=False) for one in bad
    )
    kind = random_.randrange(5)
    when = (
        f"{{text: {phrase}}}",
        f"{{header: Subject, contains: {header}}}",
        f"{{header: X-A, is: {header}}}",
        f'{{address: from, in: ["{random_.choice("abc")}.example", {address}]}}',
        f"{{header: {name}, contains: {header}}}",
    )[kind]
    return (
        "coldstop: 1\nname: hostile\npitch: {threshold: 1}\n"
        "rules:\n"
        f"  any: {{when: {{not: {{header: X-Never}}}}, pitch: 1, reason: {reason}}}\n"
        f"  it: {{when: {when}, points: 12, reason: {reason}}}\n"
        f"folders: {{file: {folder}}}\n"
        "ladder: {0: keep, 10: file}\n"
    )


def checked(source: str, target: Target) -> str | None:
    """Compile a policy; None for one that `coldstop check` refuses.

    Raises AssertionError where the script holds anything but what this package writes.
    """
    try:
        found = load_text(source)
        script = compile_policy(found, target, today=TODAY).text
    except PolicyErrors:
        return None
    rest = []
    strings = []
    at = 0
    while at < len(script):
        if script[at] == '"':
            _, end = read_string(script, at)
            strings.append(script[at:end])
            rest.append('"')
            at = end
        elif script[at] == "#":
            end = script.index("\n", at)
            assert script[at:end].isprintable()
            at = end
        else:
            rest.append(script[at])
            at += 1
    words = set(re.findall(r"(?<![:\w])[A-Za-z0-9]+", "".join(rest)))
    assert words <= COMMANDS | TESTS | OTHERS, words
    assert "".join(rest).count("discard") == 0
    folder = found.folders.file
    held = {meaning(one, {DOLLAR: "$"}) for one in strings}
    assert folder in held, (folder, held)
    return script


def run(count: int, seed: int, batch: int = 500) -> tuple[int, int]:
    """Compile and check so many policies; how many, and how many were refused as policies."""
    random_ = random.Random(seed)
    target = load_target("pigeonhole")
    good = refused = 0
    with Pigeonhole() as host:
        scripts: list[str] = []
        while good + len(scripts) < count:
            source = policy(random_)
            script = checked(source, target)
            if script is None:
                refused += 1
                continue
            scripts.append(script)
            if len(scripts) == batch or good + len(scripts) == count:
                complaint = host.compile(scripts)
                assert not complaint, complaint
                good += len(scripts)
                scripts = []
    return good, refused


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.perf_counter()
    good, refused = run(options.count, options.seed)
    took = time.perf_counter() - began
    told = f"{good} scripts compiled, {refused} policies refused, {took:.0f} s"
    sys.stdout.write(f"{told}\n")


if __name__ == "__main__":
    main()
