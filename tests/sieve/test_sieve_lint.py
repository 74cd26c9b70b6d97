"""Every fault planted anew is found, where it is; scripts without any are left in peace."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from coldstop.cli import sieve as cli
from coldstop.policy.load import load_text
from coldstop.publish.compiling import compiled
from coldstop.publish.errors import Code as PublishCode
from coldstop.publish.errors import PublishError
from coldstop.sieve.compile import compile_policy
from coldstop.sieve.lint.engines import Engine, engine_names, engines_of, load_engine
from coldstop.sieve.lint.findings import Code, Effect, Severity
from coldstop.sieve.lint.lint import check
from coldstop.sieve.targets import load_target, target_names
from support.judging import TODAY
from support.policies import wanting
from support.sievecheck import Pigeonhole, cyrus_compiles

DOCUMENT = Path(__file__).parents[2] / "docs" / "sieve.md"
GAP = "([[:space:]]|&nbsp;|<[^<>]*>)"
WITH = 'require ["variables", "regex", "body"];\n'
PLANTED = [
    (Code.SYNTAX, "cyrus", "keep\n", (2, 1)),
    (Code.SCRIPT_TOO_LARGE, "cyrus", "keep;" + "\n" * 32768, (1, 1)),
    (Code.SCRIPT_TOO_LARGE, "stalwart", "keep;" + "\n" * 102400, (1, 1)),
    (Code.TOO_MANY_TOKENS, "go-sieve", "keep;" * 2501, (1, 1)),
    (Code.TOO_MANY_INSTRUCTIONS, "stalwart", "keep;" * 5001, (1, 1)),
    (
        Code.TOO_MANY_VARIABLES,
        "stalwart",
        WITH + "".join(f'set "v{n}" "";' for n in range(129)),
        (1, 1),
    ),
    (
        Code.TOO_MANY_VARIABLES,
        "pigeonhole-2.3",
        WITH + "".join(f'set "v{n}" "";' for n in range(256)),
        (1, 1),
    ),
    (Code.LITERAL_TOO_LONG, "stalwart", f'keep;\nif exists "{"a" * 4097}" {{ stop; }}', (2, 11)),
    (
        Code.VALUE_TOO_LONG,
        "pigeonhole-2.4",
        WITH + f'set "a" "{"a" * 4000}";\nset "b" "${{a}}{"a" * 97}";',
        (3, 9),
    ),
    (Code.BLOCKS_TOO_DEEP, "pigeonhole-2.3", "if true {" * 32 + "keep;" + "}" * 32, (1, 289)),
    (Code.TESTS_TOO_DEEP, "stalwart", "if " + "not " * 15 + "true { keep; }", (1, 64)),
    (Code.CRLF, "mailutils", "keep;\r\nstop;\r\n", (1, 6)),
    (Code.LF_IN_STRING, "cyrus", 'if header "a" "a\nb" { keep; }', (1, 15)),
    (Code.EMPTY_BLOCK, "mailutils", "if true { keep; } else { }", (1, 19)),
    (Code.LATE_REQUIRE, "cyrus", 'keep;\nrequire "fileinto";', (2, 1)),
    (Code.NOT_REQUIRED, "cyrus", 'keep;\n fileinto "a";', (2, 2)),
    (Code.NOT_REQUIRED, "cyrus", 'if header :regex "a" "b" { keep; }', (1, 4)),
    (
        Code.NOT_REQUIRED,
        "cyrus",
        (
            'require "relational";'
            'if header :value "ge" :comparator "i;ascii-numeric" "a" "1" { keep; }'
        ),
        (1, 25),
    ),
    (Code.UNKNOWN_EXTENSION, "go-sieve", 'require [\n"fileinto", "regex"];', (2, 13)),
    (Code.UNKNOWN_EXTENSION, "mailutils", 'require "body";', (1, 9)),
    (Code.UNKNOWN_COMMAND, "cyrus", 'require ["include", "variables"];\nglobal "a";', (2, 1)),
    (Code.UNKNOWN_COMMAND, "stalwart", "if heeder { keep; }", (1, 4)),
    (
        Code.STRING_KEYS,
        "stalwart",
        WITH + 'if string :is "a" ["b", "c"] { keep; }',
        (2, 4),
    ),
    (
        Code.BLOCK_VARIABLE,
        "stalwart",
        WITH + 'if true { set "p" "e"; }\nredirect "${p}";',
        (3, 10),
    ),
    (
        Code.UNSET_VARIABLE,
        "pigeonhole-2.3",
        WITH + 'if header :contains "subject" "${first_name}" { keep; }',
        (2, 31),
    ),
    (Code.MATCH_INDEX, "cyrus", WITH + 'redirect "${10}";', (2, 10)),
    (
        Code.EXPANDED_TWICE,
        "go-sieve",
        (
            'require "variables";\nset "dollar" "$";\n'
            'if header :contains "subject" "${dollar}{name}" { keep; }'
        ),
        (3, 31),
    ),
    (
        Code.REGEX_DEPTH,
        "pigeonhole-2.4",
        WITH + f'set "gap" "{GAP}";\n'
        'if body :content ["text/plain", "text/html"] :regex "three${gap}+days" { keep; }',
        (3, 53),
    ),
    (Code.REGEX_DEPTH, "pigeonhole-2.4", WITH + 'if body :regex "(a|b)*" { keep; }', (2, 16)),
    (Code.REGEX_DEPTH, "pigeonhole-2.4", WITH + 'if body :regex "(a|b){1,}" { keep; }', (2, 16)),
    (Code.REGEX_DEPTH, "pigeonhole-2.4", WITH + 'if body :regex "(a|b){0,60}" {keep; }', (2, 16)),
    (Code.REGEX_DEPTH, "pigeonhole-2.4", WITH + 'if body :regex "(?:a|b)+?" { keep; }', (2, 16)),
    (
        Code.REGEX_GROUPS,
        "pigeonhole-2.4",
        WITH + f'if header :regex "subject" "{"(a)" * 100}" {{ keep; }}',
        (2, 28),
    ),
    (Code.REGEX_FORM, "pigeonhole-2.3", WITH + 'if body :regex "(?:a|b)" { keep; }', (2, 16)),
    (Code.REGEX_SIZE, "cyrus", WITH + f'if body :regex "{"a" * 33000}" {{ keep; }}', (2, 16)),
]
SOUND = [
    WITH + f'if header :regex "subject" "{"(a)" * 99}" {{ keep; }}',
    WITH + f'if body :regex "{"(a)" * 120}" {{ keep; }}',
    'require "regex";' + f'if header :regex "subject" "{"(a)" * 120}" {{ keep; }}',
    WITH + f'if body :regex "three{GAP}++days" {{ keep; }}',
    WITH + 'if body :regex "(a){0,3}([(]+a)?[)]*\\\\(a\\\\)+" { keep; }',
    'require "fileinto"; fileinto "${name}";',
    WITH + 'set "p" ""; if true { set "p" "e"; } redirect "${p}";',
    WITH + 'if true { set "p" "e"; redirect "${p}"; }',
    WITH + 'set "dollar" "$"; if header :contains "subject" "${dollar}{name}" { keep; }',
    (
        'require ["variables", "encoded-character"];'
        'if header :contains "subject" "${hex:24}" { keep; }'
    ),
]


@pytest.mark.parametrize(("code", "engine", "text", "place"), PLANTED)
def test_planted(code: Code, engine: str, text: str, place: tuple[int, int]) -> None:
    """The fault is found at its place, once; another engine's fault is not."""
    found = [one for one in check(text, [load_engine(engine)]) if one.code is code]
    assert [(one.line, one.column) for one in found] == [place]
    assert found[0].message


def test_real_compilers_agree() -> None:
    """What is said to be refused is what Debian's Pigeonhole and Cyrus refuse."""
    texts = {text for *_, text, _ in PLANTED} | set(SOUND)
    with Pigeonhole() as pigeonhole:
        for name, compiles in (
            ("pigeonhole-2.3", lambda text: pigeonhole.compile([text])),
            ("cyrus", cyrus_compiles),
        ):
            limits = load_engine(name).limits.model_copy(update={"script_bytes": None})
            engine = load_engine(name).model_copy(update={"limits": limits})
            for text in sorted(texts):
                found = [one for one in check(text, [engine]) if one.effect is Effect.REFUSED]
                said = compiles(text)
                assert bool(found) == bool(said), (name, text[:300], found, said[:300])


def test_every_code_is_planted() -> None:
    """No kind of finding is without a script that has it."""
    assert {code for code, *_ in PLANTED} == set(Code)


@pytest.mark.parametrize("text", SOUND)
def test_sound(text: str) -> None:
    """What an engine takes and does is no finding there."""
    engines = [load_engine(one) for one in ("pigeonhole-2.3", "pigeonhole-2.4", "stalwart")]
    assert check(text, engines) == ()


@pytest.mark.parametrize("name", target_names())
def test_what_the_compiler_makes(name: str) -> None:
    """A small policy is right on every engine of every target."""
    made = compile_policy(load_text(wanting()), load_target(name), today=TODAY)
    text = made.text if made.target.line_ends == "lf" else made.text.replace("\n", "\r\n")
    found = check(text, engines_of(made.target))
    assert [one for one in found if one.severity is Severity.ERROR] == []


def test_a_target_counts_before_its_engine() -> None:
    """How large a script may be is the host's own setting; what it can do, its greeting says."""
    (engine,) = engines_of(load_target("cyrus-128k"))
    assert engine.limits.script_bytes == load_target("cyrus-128k").limits.script_bytes
    (engine,) = engines_of(load_target("cyrus", "fileinto variables"))
    (one,) = check('require "body";', [engine])
    assert one.code is Code.UNKNOWN_EXTENSION


@pytest.mark.parametrize("name", engine_names())
def test_engines_say_where_they_know_it_from(name: str) -> None:
    """Every limit and every quirk has a source, and every target is one that may come to be."""
    engine = load_engine(name)
    about = {key for fact in engine.facts for key in fact.about}
    limits = {f"limits.{key}" for key in engine.limits.model_dump(exclude_none=True)}
    assert "limits" in about or limits <= about
    assert not engine.quirks or "quirks" in about
    assert engine.name == name


def test_what_fails_is_data() -> None:
    """The engine says which effects make it an error."""
    text = WITH + 'if body :regex "(a|b)*" { keep; }'
    for effects, severity in (((Effect.SILENT,), Severity.ERROR), ((), Severity.WARNING)):
        engine = load_engine("pigeonhole-2.4").model_copy(update={"fails_on": effects})
        (one,) = check(text, [engine])
        assert one.severity is severity


def test_command(tmp_path: Path) -> None:
    """Findings with file, line and column; 0 without any, 2 where it cannot run."""
    path = tmp_path / "x.sieve"
    path.write_text(WITH + 'if body :regex "(a|b)*" { keep; }\n' * 5)
    run = CliRunner().invoke
    found = run(cli.app, ["lint", str(path), "--target", "pigeonhole"])
    assert found.exit_code == 1, found.output
    assert f"{path}:2:16: silent regex-depth: " in found.output
    assert "2 more of regex-depth" in found.output
    assert "5 findings for Pigeonhole up to 2.4.1, Pigeonhole 2.4.2" in found.output
    every = run(cli.app, ["lint", str(path), "--engine", "pigeonhole-2.4", "--json"])
    rows = [json.loads(line) for line in every.output.splitlines()]
    assert [row["line"] for row in rows] == [2, 3, 4, 5, 6]
    assert run(cli.app, ["lint", str(path), "-e", "pigeonhole-2.3"]).exit_code == 0
    for words in (
        [str(tmp_path / "none")],
        [str(path), "-t", "nowhere"],
        [str(path), "-e", "nowhere"],
        [str(path), "-e", "cyrus", "-t", "cyrus"],
    ):
        assert run(cli.app, ["lint", *words]).exit_code == 2


def test_nothing_is_made_that_lint_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A finding that is an error makes build and plan fail, and no file is there."""
    (tmp_path / "p.yaml").write_text(wanting())
    words = ["build", "-p", str(tmp_path / "p.yaml"), "-o", str(tmp_path / "x.sieve")]
    strict = Engine(name="strict", title="a strict engine", extensions=("fileinto",))
    with monkeypatch.context() as patched:
        patched.setattr("coldstop.sieve.lint.made.engines_of", lambda _: (strict,))
        built = CliRunner().invoke(cli.app, words)
        with pytest.raises(PublishError) as refused:
            compiled(load_text(wanting()), "generic", ("fileinto", "variables"), today=TODAY)
        assert refused.value.code is PublishCode.CANNOT_COMPILE
    assert (built.exit_code, "unknown-extension" in built.output) == (2, True), built.output
    assert not (tmp_path / "x.sieve").exists()
    assert CliRunner().invoke(cli.app, words).exit_code == 0


def test_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """docs/sieve.md names every finding and every engine, and its commands run as written."""
    text = DOCUMENT.read_text("utf-8")
    for code in Code:
        assert f"`{code.value}`" in text
    for name in engine_names():
        assert f"`{name}`" in text
    monkeypatch.chdir(tmp_path)
    part = text.partition("## Lint")[2].partition("## What it costs")[0]
    lines = re.findall(r"^coldstop sieve ([^|\n]*)", part, re.MULTILINE)
    assert len(lines) == 2
    for line in lines:
        ran = CliRunner().invoke(cli.app, shlex.split(line))
        assert ran.exit_code in {0, 1}, ran.output
