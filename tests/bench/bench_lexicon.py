"""Benchmark of the phrase language: folding, building and scanning, by corpus and on hostile text.

Each text is folded and scanned once by each matcher, in an order that no cache has seen; CPU
microseconds a text. The hostile texts are 1 MB each; their figures are milliseconds.

    .venv/bin/python tests/bench/bench_lexicon.py [--messages N]
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

# In place of this folder, whose bench.py would shadow the package.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from bench.corpus import messages
from coldstop.lexicon.fold import Folded, fold
from coldstop.lexicon.match import Matcher
from coldstop.lexicon.phrase import Parser
from coldstop.message.reader import read

if TYPE_CHECKING:
    from collections.abc import Callable

MEGABYTE = 1 << 20
SIZES = (200, 2_000, 20_000)
CONFIRMED = 300
"""How many of 2,000 phrases need RE2."""


def plain_phrases(count: int, vocabulary: list[str], rng: random.Random) -> list[str]:
    """Phrases of one to three words; single words are long, as a policy's would be."""
    made: dict[str, None] = {}
    long_words = [word for word in vocabulary if len(word) >= 9]
    while len(made) < count:
        length = rng.choice((1, 2, 2, 2, 3, 3))
        words = rng.choices(vocabulary, k=length) if length > 1 else [rng.choice(long_words)]
        made[" ".join(words) if length > 1 or rng.random() < 0.5 else words[0] + "*"] = None
    return list(made)


def confirmed_phrases(count: int, vocabulary: list[str], rng: random.Random) -> list[str]:
    """Phrases that need RE2: counted words, numbers, stems inside."""
    shapes = (
        "{} {{0-3 words}} {}",
        "({}|{}) {{0-6 words}} {}",
        "{}* {}",
        "{{number >= 100}} {} {}",
        "{}-{} {{number 1-40}}",
        "{} {{1-2 words}} ({}|{})",
    )
    return [rng.choice(shapes).format(*rng.choices(vocabulary, k=3)) for _ in range(count)]


def milliseconds(work: Callable[[], object]) -> float:
    """Best of three."""
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best * 1e3


def fill(unit: bytes) -> bytes:
    """One megabyte of the unit."""
    return (unit * (MEGABYTE // len(unit) + 1))[:MEGABYTE]


def hostile(vocabulary: list[str], sources: list[str]) -> dict[str, bytes]:
    """Texts made to cost much, by name."""
    first = re.findall(r"[a-z]{4,}", sources[-1])[0].encode()
    words = " ".join(vocabulary).encode()
    anchors = " ".join(w for s in sources[-CONFIRMED:] for w in re.findall(r"[a-z]{4,}", s))
    return {
        "<br>": fill(b"<br>"),
        "<": fill(b"<"),
        ">": fill(b">"),
        "<>": fill(b"<>"),
        "<a": fill(b"<a"),
        "&nbsp;": fill(b"&nbsp;"),
        "spaces": fill(b" "),
        "a and two spaces": fill(b"a  "),
        "one letter": fill(b"a"),
        "one letter, spaced": fill(b"a "),
        "one anchor": fill(first + b" "),
        "one anchor, joined": fill(first),
        "one anchor, far apart": fill(first + b" " + b"x" * 200 + b" "),
        "every word": fill(words + b" "),
        "every anchor": fill(anchors.encode() + b" "),
    }


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=3000)
    rng = random.Random(3)
    mails = messages(parser.parse_args().messages)
    texts = [part.text for raw in mails for part in read(raw).parts]
    counts: dict[str, int] = {}
    for text in texts[::7]:
        for word in set(re.findall(r"[a-z]{4,12}", text.decode("latin-1").lower())):
            counts[word] = counts.get(word, 0) + 1
    vocabulary = sorted(counts, key=lambda word: -counts[word])[:6000]

    start = time.process_time()
    folds = [fold(text) for text in texts]
    spent = time.process_time() - start
    size = sum(map(len, texts))
    print(
        f"fold: {spent / len(texts) * 1e6:.1f} us a text, mean {size // len(texts)} bytes, ", end=""
    )
    print(f"{sum(b'<' in text for text in texts) / len(texts):.0%} with `<`")

    print("\nphrases  parse ms  build ms  scan us  hits a text")
    for count in SIZES:
        report(plain_phrases(count, vocabulary, rng), folds)
    mixed = plain_phrases(2_000 - CONFIRMED, vocabulary, rng)
    mixed += confirmed_phrases(CONFIRMED, vocabulary, rng)
    print(f"with {CONFIRMED} that RE2 confirms:")
    matcher = report(mixed, folds)

    print("\n1 MB of              fold ms  scan ms  found")
    for name, text in hostile(vocabulary, mixed).items():
        folded = fold(text)
        folding = milliseconds(lambda text=text: fold(text))  # type: ignore[misc]
        scanning = milliseconds(lambda folded=folded: matcher.scan(folded))  # type: ignore[misc]
        print(f"{name:22} {folding:6.1f}  {scanning:7.1f}  {len(matcher.scan(folded)):5}")


def report(sources: list[str], folds: list[Folded]) -> Matcher:
    """Print one line: parse, build, scan."""
    start = time.process_time()
    reader = Parser()
    phrases = [reader.parse(source) for source in sources]
    parsed = time.process_time()
    matcher = Matcher(phrases)
    built = time.process_time()
    found = sum(len(matcher.scan(folded)) for folded in folds)
    scanned = time.process_time()
    print(
        f"{len(phrases):7}  {(parsed - start) * 1e3:8.1f}  {(built - parsed) * 1e3:8.1f}  "
        f"{(scanned - built) / len(folds) * 1e6:7.1f}  {found / len(folds):.2f}"
    )
    return matcher


if __name__ == "__main__":
    main()
