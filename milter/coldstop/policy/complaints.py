"""Words for what strict YAML refuses: characters, and libyaml's complaints about syntax.

Refuses nothing. Fails: a complaint of libyaml's that is not known here becomes `this is not YAML`;
line and column are right all the same.
"""

from __future__ import annotations

import re

from coldstop.policy.errors import Code

# C0 without tab and line ends, DEL, C1 (with NEL), the Unicode line ends that YAML 1.1 counts and
# editors do not, embedding and isolate controls (they show text in another order than it has),
# byte order marks inside the text, non-characters, lone surrogates, a CR without LF.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069"
    "\ufeff\ufffe\uffff\ud800-\udfff]|\r(?!\n)"
)


def forbidden(character: str) -> tuple[Code, str, str]:
    """Say which character may not stand in a policy."""
    name = f"U+{ord(character[0]):04X}"
    if 0xD800 <= ord(character[0]) <= 0xDFFF:
        return Code.ENCODING, f"half a character ({name})", "save the file as UTF-8"
    if character == "\r":
        return Code.CONTROL_CHARACTER, "a carriage return without a line feed", "use LF or CRLF"
    return (
        Code.CONTROL_CHARACTER,
        f"the invisible character {name} is not allowed",
        "remove it; editors can show such characters",
    )


def syntax_words(problem: str, at: str, began: int) -> tuple[str, str]:
    """Say a complaint of libyaml's in words for people who edit policies: message and hint."""
    if "cannot start any token" in problem:
        return f"text cannot begin with {at}", 'put it in quotes, such as "@families"'
    if "mapping values are not allowed" in problem:
        return (
            "a second ': ' in one line, or a wrong indent",
            "put text that contains ': ' in quotes; align keys of one mapping",
        )
    if "unexpected end of stream" in problem or "document indicator" in problem:
        return f"the quotes opened in line {began} are never closed", "close them"
    if "escape" in problem:
        return (
            "no such escape in double quotes",
            "use single quotes, where \\ means itself, or double the \\",
        )
    if "',' or ']'" in problem:
        return (
            f"the list opened in line {began} is not closed here, or a comma is missing",
            "put text that contains any of [ ] { } , : # in quotes",
        )
    if "',' or '}'" in problem:
        return (
            f"the mapping opened in line {began} is not closed here, or a comma is missing",
            "put text that contains any of [ ] { } , : # in quotes",
        )
    if "expected key" in problem:
        return (
            "no key stands where one is expected",
            "check the indent; text after closing quotes, and ' inside '...', end the value",
        )
    if "'-' indicator" in problem:
        return "the list ends here without need", "begin each entry with '- ', at one indent"
    if "document start" in problem:
        return "the policy is over before this", "check brackets and indents"
    if "node content" in problem:
        return "a value is missing, or a bracket is not closed", "text after # is a comment"
    if "expected ':'" in problem:
        return "a key without ':'", "write it as key: value"
    return "this is not YAML", ""
