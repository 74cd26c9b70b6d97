"""Plans and states as JSON files that only their owner may read.

Both hold scripts, which may hold names and addresses: mode 0600, and a folder made here is 0700.
A script is a string where it is UTF-8, else `base64:...`: the bytes come back exactly.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Annotated, Final

from pydantic import BeforeValidator, PlainSerializer

from coldstop.files import read_regular
from coldstop.publish.errors import Code, PublishError
from coldstop.publish.limits import LIMITS

_BASE64: Final = "base64:"


def _to_text(data: bytes) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = _BASE64
    if text.startswith(_BASE64):
        return _BASE64 + base64.b64encode(data).decode("ascii")
    return text


def _to_bytes(value: object) -> object:
    if not isinstance(value, str):
        return value
    if value.startswith(_BASE64):
        try:
            return base64.b64decode(value[len(_BASE64) :], validate=True)
        except binascii.Error as error:
            raise ValueError(str(error)) from None
    return value.encode("utf-8")


Script = Annotated[
    bytes, BeforeValidator(_to_bytes), PlainSerializer(_to_text, return_type=str, when_used="json")
]
"""A script in a file."""


def write(path: Path, content: object) -> None:
    """Write JSON whole or not at all; raises OSError."""
    data = json.dumps(content, ensure_ascii=True, indent=1).encode("ascii") + b"\n"
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def read(path: Path, code: Code) -> object:
    """Read JSON; FileNotFoundError if there is no such file, PublishError(code) if it is bad."""
    try:
        data = read_regular(path, LIMITS.file_bytes)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise PublishError(code, f"cannot read {path}: {error.strerror}") from None
    if len(data) > LIMITS.file_bytes:
        raise PublishError(code, f"{path} is larger than {LIMITS.file_bytes:,} bytes")
    try:
        found: object = json.loads(data)
    except (ValueError, RecursionError):
        raise PublishError(code, f"{path} is not a file that coldstop wrote") from None
    return found
