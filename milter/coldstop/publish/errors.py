"""Why something could not be published."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Code(StrEnum):
    """Every kind of failure, in one word."""

    UNREACHABLE = "unreachable"
    NO_TLS = "no-tls"
    BAD_CERTIFICATE = "bad-certificate"
    NO_PASSWORD = "no-password"  # noqa: S105 - a name
    LOGIN_REFUSED = "login-refused"
    GONE = "gone"
    CONFUSED = "confused"
    REFUSED = "refused"
    QUOTA = "quota"
    BAD_SCRIPT = "bad-script"
    BAD_NAME = "bad-name"
    TOO_LARGE = "too-large"
    CIRCULAR = "circular"
    CHANGED = "changed"
    FOREIGN = "foreign"
    BAD_PLAN = "bad-plan"
    BAD_STATE = "bad-state"
    NOT_STORED = "not-stored"
    CANNOT_COMPILE = "cannot-compile"
    NOT_ARRIVED = "not-arrived"


class PublishError(Exception):
    """A failure as people read it: what happened, and what to do about it."""

    def __init__(self, code: Code, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n    hint: {self.hint}" if self.hint else self.message


COULD_NOT_RUN: Final = frozenset(
    {
        Code.UNREACHABLE,
        Code.NO_TLS,
        Code.BAD_CERTIFICATE,
        Code.NO_PASSWORD,
        Code.LOGIN_REFUSED,
        Code.BAD_PLAN,
        Code.BAD_STATE,
        Code.CANNOT_COMPILE,
    }
)
"""Failures before anything was asked of the account."""
