"""What is to be published: a policy compiled for the server at hand, or a script from a file."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from coldstop.files import read_regular
from coldstop.publish.errors import Code, PublishError
from coldstop.publish.limits import LIMITS
from coldstop.publish.namespace import difference
from coldstop.publish.plan import Offer

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from coldstop.policy.effective import Policy
    from coldstop.policy.folders import Naming

BY_HOST: Final = (
    ("migadu.com", "migadu"),
    ("gandi.net", "gandi"),
    ("fastmail.com", "fastmail"),
)
"""A domain, and the target of all hosts in it."""
BY_IMPLEMENTATION: Final = (
    ("sora", "migadu"),  # "Sora ManageSieve Proxy" stands before Migadu's Dovecot
    ("pigeonhole", "pigeonhole"),
    ("dovecot", "pigeonhole"),
    ("cyrus", "cyrus"),
    ("stalwart", "stalwart"),
)
"""A word in what a server calls itself, and the target; the first one counts."""
OTHERWISE: Final = "generic"
"""The target of a server that nothing is known about."""


def detect(implementation: str, host: str) -> str:
    """The name of the target that a server is, by its host name or what it calls itself."""
    for domain, target in BY_HOST:
        if host.lower() == domain or host.lower().endswith("." + domain):
            return target
    for word, target in BY_IMPLEMENTATION:
        if word in implementation.lower():
            return target
    return OTHERWISE


def compiled(
    policy: Policy,
    target: str,
    extensions: Sequence[str],
    *,
    today: dt.date,
    fixed: bool = False,
    behind_milter: bool = False,
    trace: bool = False,
    trim: bool = False,
    separator: str | None = None,
    prefix: str | None = None,
    server: Naming | None = None,
) -> Offer:
    """Compile a policy for a target with just these extensions; CANNOT_COMPILE with the reason.

    `today` is the day of compiling; a `fixed` script judges as of it for ever. `trim` leaves out
    what matters least until the script fits. Folders are written as `separator` and `prefix` say,
    else as the target is known to, else as the `server` says; a warning tells what the server says
    otherwise.

    Raises PolicyErrors for a policy that `coldstop check` refuses.
    """
    from coldstop.sieve.compile import compile_policy  # noqa: PLC0415 - a script needs no compiler
    from coldstop.sieve.errors import SieveError  # noqa: PLC0415
    from coldstop.sieve.leftout import left_out  # noqa: PLC0415
    from coldstop.sieve.lint.made import linted  # noqa: PLC0415
    from coldstop.sieve.loss import State  # noqa: PLC0415
    from coldstop.sieve.preview import Held  # noqa: PLC0415
    from coldstop.sieve.remains import head, is_weaker, remains  # noqa: PLC0415
    from coldstop.sieve.targets import load_target  # noqa: PLC0415

    try:
        host = load_target(target, " ".join(extensions))
        if server is not None and host.separator is None and host.prefix is None:
            host = host.named(server.separator, server.prefix)
        host = host.named(separator, prefix)
        found = compile_policy(
            policy,
            host,
            today=today,
            fixed=fixed,
            trace=trace,
            behind_milter=behind_milter,
            trim=trim,
        )
    except SieveError as error:
        raise PublishError(Code.CANNOT_COMPILE, error.message, error.hint) from None
    errors, told = linted(found)
    if errors:
        one = errors[0]
        raise PublishError(
            Code.CANNOT_COMPILE,
            f"{one.engine} would not do what the script says: line {one.line}, column {one.column}:"
            f" {one.message}",
            "another --target, or report it: `coldstop sieve lint` shows all of it",
        )
    loss = tuple(str(item) for item in found.loss if item.why or item.state is not State.EXACT)
    if is_weaker(policy, found):
        loss = (head(found) or str(remains(Held(policy, found, today))), *loss)
    unlike = difference(server, host.naming) if server is not None else ""
    warnings = (unlike,) if unlike else ()
    return Offer(
        found.text,
        policy.name,
        found.revision,
        host.name,
        loss,
        trim,
        host.naming,
        warnings,
        left_out=left_out(found),
        notes=told,
    )


def from_file(path: Path) -> Offer:
    """A script as it stands in a file; its revision is a hash of it. Raises PublishError."""
    try:
        data = read_regular(path, LIMITS.script_bytes)
        text = data.decode("utf-8")
    except OSError as error:
        raise PublishError(Code.CANNOT_COMPILE, f"cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise PublishError(Code.CANNOT_COMPILE, f"{path} is not UTF-8, so no script") from None
    if len(data) > LIMITS.script_bytes:
        raise PublishError(Code.TOO_LARGE, f"{path} has more than {LIMITS.script_bytes:,} bytes")
    text = text.replace("\r\n", "\n")
    revision = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Offer(text, path.name, revision, "the server as it is")
