"""libc's `regexec` and PCRE2 with the bounds of Dovecot 2.4.2 and later, called as Pigeonhole does.

Both libraries are on every Debian (libpcre2-8-0 comes with git and with Dovecot itself). Patterns
and texts are bytes, in the C locale, case-sensitive: what `i;octet` is.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import functools
from typing import Final

_EXTENDED, _NOSUB = 1, 8
_STRUCT: Final = 256
"""More than glibc's `regex_t` takes (64 bytes)."""
_NOMATCH: Final = -1
_AUTO_CALLOUT, _NO_AUTO_CAPTURE, _NOTEMPTY = 0x4, 0x2000, 0x4
MAX_DEPTH: Final = 100
"""DREGEX_MAX_DEPTH of src/lib-regex/regex.c, 2.4.5; groups are bounded by the same number."""
MAX_GROUPS: Final = 100


class BadRegexError(ValueError):
    """The library does not take the expression."""


def libc_finds(regex: bytes, text: bytes) -> bool:
    """Search as Pigeonhole 2.3 and 2.4.1 do."""
    library = _libc()
    compiled = ctypes.create_string_buffer(_STRUCT)
    if library.regcomp(compiled, regex, _EXTENDED | _NOSUB):
        raise BadRegexError(regex)
    try:
        return bool(library.regexec(compiled, text, 0, None, 0) == 0)
    finally:
        library.regfree(compiled)


def pcre2_finds(regex: bytes, text: bytes, *, groups: bool) -> bool:
    """Search as Pigeonhole 2.4.2 and later do; `groups`: as a `header` test, else as a `body` test.

    Every error of the match is "no match" there, and so is one whose last group is beyond what
    there is room for.
    """
    library = _pcre2()
    code, offset = ctypes.c_int(), ctypes.c_size_t()
    options = _AUTO_CALLOUT | (0 if groups else _NO_AUTO_CAPTURE)
    # The last argument: no context of its own for compiling.
    compiled = library.pcre2_compile_8(
        regex, len(regex), options, ctypes.byref(code), ctypes.byref(offset), None
    )
    if not compiled:
        raise BadRegexError(regex)
    context = library.pcre2_match_context_create_8(None)
    room = library.pcre2_match_data_create_8(MAX_GROUPS, None)
    try:
        library.pcre2_set_depth_limit_8(context, MAX_DEPTH)
        found = library.pcre2_match_8(compiled, text, len(text), 0, _NOTEMPTY, room, context)
        return bool(found > 0)
    finally:
        library.pcre2_match_data_free_8(room)
        library.pcre2_match_context_free_8(context)
        library.pcre2_code_free_8(compiled)


@functools.cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None)


@functools.cache
def _pcre2() -> ctypes.CDLL:
    library = ctypes.CDLL(ctypes.util.find_library("pcre2-8") or "libpcre2-8.so.0")
    pointer = ctypes.c_void_p
    for name, result, arguments in (
        ("compile", pointer, [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint32] + [pointer] * 3),
        ("match_context_create", pointer, [pointer]),
        ("match_data_create", pointer, [ctypes.c_uint32, pointer]),
        ("set_depth_limit", ctypes.c_int, [pointer, ctypes.c_uint32]),
        (
            "match",
            ctypes.c_int,
            [pointer, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_uint32]
            + [pointer] * 2,
        ),
        ("match_data_free", None, [pointer]),
        ("match_context_free", None, [pointer]),
        ("code_free", None, [pointer]),
    ):
        function = getattr(library, f"pcre2_{name}_8")
        function.restype, function.argtypes = result, arguments
    return library
