"""One connection of the mail server, and the message on it: libmilter's callbacks.

All that is known of a message lives in one `Mail` object, made at MAIL FROM and dropped at the end
of the message, at RSET and at the end of the connection; so nothing can pass from one message to
the next (H15). Callbacks of one connection run on several threads, one after the other (H4): there
is no state besides the session object.

Every callback but the last answers nothing (`noreply`), and every one is guarded: an exception
becomes one log line, and the message is accepted unjudged (or deferred, with
`on_error: tempfail`). There is no `hello` callback: a HELO that is not UTF-8 would fail in
pymilter's C layer before any Python could look at it (H6).

Mail of our own is exempt: of authenticated users, of `own_networks`, of programs on this host, and
mail whose recipients are all outside `own_domains` (H25). It loses forged result headers, and
nothing else happens to it.

Refused: only a message that every recipient's policy rejects, and (but in observe) one that carries
more forged result headers than `Limits.forged`.
"""

from __future__ import annotations

import contextlib
import functools
import socket
import time
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, assert_never

from coldstop.daemon.binding import CONTINUE, DISCARD, REJECT, TEMPFAIL, Milter, milter
from coldstop.daemon.config import Filing, Mode, OnError
from coldstop.daemon.headers import no_verdict
from coldstop.daemon.limits import LIMITS
from coldstop.daemon.mail import Addressee, Mail
from coldstop.daemon.replies import Action, Outcome, Reroute, decide, reply_text
from coldstop.daemon.report import told
from coldstop.message.header import VITAL
from coldstop.message.limits import LIMITS as MESSAGE
from coldstop.message.model import Envelope
from coldstop.message.reader import read_fields
from coldstop.policy.effective import REJECT_TEXT
from coldstop.policy.recipient import canonical, completed, unrouted
from coldstop.scorecard.judge import judge
from coldstop.scorecard.standing import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable

    from coldstop.daemon.mail import Runtime
    from coldstop.message.model import Message
    from coldstop.scorecard.judgement import Judgement
    from coldstop.scorecard.resolve import Scorecard

P = ParamSpec("P")

ACTIONS: Final = (
    milter.ADDHDRS
    | milter.CHGHDRS
    | milter.QUARANTINE
    | milter.ADDRCPT
    | milter.ADDRCPT_PAR
    | milter.DELRCPT
    | milter.SETSYMLIST
)
"""What we may ever ask of the mail server. No body edits: an interrupted one has committed the old
body as the new one (facts on Postfix 20260821)."""

_LOOPBACK: Final = ("127.0.0.1", "::1")
_HEADERS: Final = milter.ADDHDRS | milter.CHGHDRS
_FORGED_TEXT: Final = "This message carries too many X-Coldstop headers that are not ours."


def guarded(
    method: Callable[Concatenate[Session, P], int],
) -> Callable[Concatenate[Session, P], int]:
    """Let no exception out of a callback: log it, and leave the message unjudged."""

    @functools.wraps(method)
    def wrapper(self: Session, /, *args: P.args, **kwargs: P.kwargs) -> int:
        try:
            return method(self, *args, **kwargs)
        except Exception as error:  # noqa: BLE001 - fail-open is the promise (H6)
            self.fail(method.__name__, error)
            return CONTINUE

    return wrapper


def _bare(address: bytes) -> str:
    """Give an envelope address without its angle brackets."""
    text = address.decode("utf-8", "surrogateescape").strip()
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1]
    return text


class Session(Milter.Base):  # type: ignore[misc]
    """One connection from the mail server."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._client = ""
        self._local = False
        """Whether no network client is there: mail of a program on this host."""
        self._mail: Mail | None = None

    # Negotiation -----------------------------------------------------------------------------

    def negotiate(self, opts: list[int]) -> int:
        """Ask for as little as possible: our actions, our macros, no replies in between."""
        offered, steps, _, _ = opts
        self._actions = offered & ACTIONS
        if not self._writes:
            self._runtime.log.event("mta", outcome="no-header-changes")
        if self._actions & milter.SETSYMLIST:
            # Not pymilter's own setsymlist(): in 1.0.5 it hands bytes to a function of str.
            # With {mail_addr}, which every message has: libmilter keeps the macros of the last
            # message until it gets new ones, and with them its {auth_authen}.
            self._ctx.setsymlist(milter.M_ENVFROM, "{auth_authen} {mail_addr}")
            self._ctx.setsymlist(milter.M_ENVRCPT, "{rcpt_addr}")
            self._ctx.setsymlist(milter.M_EOM, "i")
        self._protocol = steps & ~self.protocol_mask()
        opts[0], opts[1], opts[2], opts[3] = self._actions, self._protocol, 0, 0
        return CONTINUE

    # Collecting ------------------------------------------------------------------------------

    @Milter.noreply  # type: ignore[untyped-decorator]
    @guarded
    def connect(self, _hostname: str, family: int, address: Any) -> int:
        """Remember the client's address."""
        self._local = family == socket.AF_UNIX
        if isinstance(address, tuple) and address:
            self._client = str(address[0])
            # How Postfix presents mail of sendmail(1) to non_smtpd_milters.
            self._local = address[1] == 0 and self._client in _LOOPBACK
        return CONTINUE

    @Milter.noreply  # type: ignore[untyped-decorator]
    @guarded
    def envfrom(self, sender: bytes, *_parameters: bytes) -> int:
        """Begin a message, with the policies as they are now."""
        snapshot = self._runtime.snapshot
        exempt = ""
        if self._macro("{auth_authen}"):
            exempt = "authenticated"
        elif self._local:
            exempt = "local"
        elif snapshot.own_networks and self._client in snapshot.own_networks:
            exempt = "own-network"
        self._mail = Mail(snapshot, _bare(sender), exempt)
        self._runtime.active.add(self)
        return CONTINUE

    @Milter.noreply  # type: ignore[untyped-decorator]
    @guarded
    def envrcpt(self, recipient: bytes, *parameters: bytes) -> int:
        """Remember a recipient, in the form that finds the policy."""
        mail = self._mail
        if mail is None or mail.exempt:
            return CONTINUE
        bare = _bare(recipient)
        key = canonical(bare)
        if not key.is_plain:
            key = completed(key, self._macro("{rcpt_addr}"))
        if not mail.snapshot.is_ours(key):
            mail.outside += 1
        elif len(mail.recipients) < LIMITS.recipients:
            given = recipient.decode("utf-8", "surrogateescape")
            extra = b" ".join(parameters).decode("utf-8", "surrogateescape")
            mail.recipients[bare] = Addressee(given, extra, key)
        else:
            mail.failed = True
        return CONTINUE

    @Milter.noreply  # type: ignore[untyped-decorator]
    @guarded
    def header(self, name: str, value: bytes) -> int:
        """Keep one field up to the limits; forged result headers are counted beyond them too."""
        mail = self._mail
        if mail is None:
            return CONTINUE
        mail.forged.note(name)
        if mail.exempt:
            return CONTINUE
        field = name.encode("utf-8", "replace")
        mail.field_bytes += len(field) + len(value)
        if len(mail.fields) < LIMITS.headers and mail.field_bytes <= LIMITS.header_bytes:
            mail.fields.append((field, value))
            return CONTINUE
        mail.cut = True
        # What a thousand fields in front may not hide: how the text is to be read, who wrote it.
        key = field.lower()
        if key in VITAL and mail.vital[key] < MESSAGE.vital_fields:
            mail.vital[key] += 1
            mail.fields.append((field, value))
        return CONTINUE

    @Milter.noreply  # type: ignore[untyped-decorator]
    @guarded
    def body(self, chunk: bytes) -> int:
        """Keep the body up to the limit. The rest arrives unanswered and is dropped.

        SKIP would end it sooner, but costs an answer for every chunk of every message.
        """
        mail = self._mail
        if mail is None or mail.exempt:
            return CONTINUE
        room = LIMITS.body_bytes - mail.body_bytes
        mail.body_bytes += len(chunk)
        if room > 0:
            mail.body.append(chunk[:room])
        if len(chunk) > room:
            mail.cut = True
        return CONTINUE

    # Ending ----------------------------------------------------------------------------------

    @guarded
    def eom(self) -> int:
        """Judge the message and say what becomes of it."""
        started = time.perf_counter_ns()
        mail, self._mail = self._mail, None
        if mail is None:
            return CONTINUE
        try:
            if mail.outside and not (mail.recipients or mail.failed):
                mail.exempt = "outside"
            if mail.forged.total > LIMITS.forged:
                self._told(outcome="forged", forged=mail.forged.total)
                if mail.snapshot.config.mode is Mode.OBSERVE:
                    return CONTINUE
                self.setreply("550", "5.7.1", reply_text(_FORGED_TEXT))
                return REJECT
            return self._pass(mail) if mail.exempt else self._finish(mail, started)
        finally:
            # Not before: a worker that is told to stop waits for the reply.
            self._runtime.active.discard(self)

    @guarded
    def abort(self) -> int:
        """Forget the message (RSET, or the connection broke)."""
        self._forget()
        return CONTINUE

    @guarded
    def close(self) -> int:
        """Forget everything."""
        self._forget()
        return CONTINUE

    def fail(self, where: str, error: BaseException) -> None:
        """Note that a callback failed; the message in hand is not judged."""
        if self._mail is not None:
            self._mail.failed = True
        self._runtime.log.failure(where, error)

    def _forget(self) -> None:
        self._mail = None
        self._runtime.active.discard(self)

    def _macro(self, name: str) -> str:
        """Give a macro of the mail server, "" where there is none.

        pymilter decodes it as UTF-8: a login that is none must not cost its message the verdict.
        """
        try:
            return self.getsymval(name) or ""
        except UnicodeDecodeError:
            return "?"

    def _told(self, **fields: object) -> None:
        """Write the message's line; whatever becomes of it, the verdict stands."""
        try:
            self._runtime.log.event("message", queue=self._macro("i") or "-", **fields)
        except Exception as error:  # noqa: BLE001 - fail-open is the promise (H6)
            with contextlib.suppress(Exception):
                self._runtime.log.failure("log", error)

    def _pass(self, mail: Mail) -> int:
        """Let our own mail through, without what pretends to be our result (H5, H25)."""
        try:
            self._remove_forged(mail)
        except Exception as error:  # noqa: BLE001 - fail-open is the promise (H6)
            self.fail("eom", error)
        self._told(outcome=mail.exempt, forged=mail.forged.total)
        return CONTINUE

    @property
    def _writes(self) -> bool:
        """Whether headers are ours alone: where none can be removed, a sender writes them, too."""
        return bool(self._actions & _HEADERS == _HEADERS)

    def _remove_forged(self, mail: Mail) -> None:
        for name, index in mail.forged.removals() if self._writes else ():
            self.chgheader(name, index, None)

    def _finish(self, mail: Mail, started: int) -> int:
        """Remove what is forged, judge, act. A failure ends as `on_error` says."""
        config = mail.snapshot.config
        try:
            # First, and whatever happens next: a reader's script must never see these (H5).
            self._remove_forged(mail)
            if mail.failed:
                return self._unjudged(mail)
            scorecards = self._scorecards(mail)
            message, judgements = self._judge(mail, scorecards)
            keys = None
            if config.filing is Filing.SUBADDRESS:
                keys = {bare: addressee.key for bare, addressee in mail.recipients.items()}
            outcome = decide(judgements, config, keys, outside=mail.outside > 0)
            reply = self._apply(outcome, mail, scorecards)
        except Exception as error:  # noqa: BLE001 - fail-open is the promise (H6)
            self.fail("eom", error)
            return self._unjudged(mail)
        self._told(**told(mail, message, judgements, outcome, started))
        return reply

    def _scorecards(self, mail: Mail) -> dict[str, Scorecard]:
        """Find the policy of every recipient."""
        find = mail.snapshot.mailboxes.for_key
        return {bare: find(addressee.key) for bare, addressee in mail.recipients.items()}

    def _judge(
        self, mail: Mail, scorecards: dict[str, Scorecard]
    ) -> tuple[Message, dict[str, Judgement]]:
        """Make one judgement for every recipient, made once for each different policy."""
        distinct = {id(scorecard): scorecard for scorecard in scorecards.values()}
        if len(distinct) > LIMITS.judgements:
            raise OverflowError("too many policies for one message")
        # With several recipients none is named: a rule that looks at them would tell each of
        # the others, Bcc included.
        recipients: tuple[str, ...] = ()
        if len(scorecards) == 1 and not mail.outside:
            recipients = tuple(addressee.key.text for addressee in mail.recipients.values())
        hops = mail.snapshot.config.own_hops
        envelope = Envelope(mail.sender, recipients, "", self._client, own_hops=hops)
        message = read_fields(mail.fields, b"".join(mail.body), envelope, truncated=mail.cut)
        today = self._runtime.today()
        made = {key: judge(message, card, UNKNOWN, today=today) for key, card in distinct.items()}
        return message, {bare: made[id(card)] for bare, card in scorecards.items()}

    def _apply(self, outcome: Outcome, mail: Mail, scorecards: dict[str, Scorecard]) -> int:
        """Do what the outcome says; headers last, so that none is written before a failure."""
        reply = CONTINUE
        match outcome.action:
            case Action.DELIVER:
                pass
            case Action.HOLD:
                self.quarantine("coldstop")
            case Action.DISCARD:
                reply = DISCARD
            case Action.REJECT:
                texts = {scorecard.policy.reject_text for scorecard in scorecards.values()}
                text = texts.pop() if len(texts) == 1 else REJECT_TEXT
                self.setreply("550", "5.7.1", reply_text(text))
                reply = REJECT
            case _:
                assert_never(outcome.action)
        for reroute in outcome.reroutes:
            self._reroute(reroute, mail)
        for name, value in outcome.headers if self._writes else ():
            self.addheader(name, value)
        return reply

    def _reroute(self, reroute: Reroute, mail: Mail) -> None:
        given, parameters, _ = mail.recipients[reroute.old]
        if reroute.new:
            # First the new one: a failure in between may deliver twice, never lose.
            with_parameters = parameters if self._actions & milter.ADDRCPT_PAR else ""
            self.addrcpt(f"<{reroute.new}>", with_parameters or None)
        self.delrcpt(given)
        remembered = unrouted(reroute.old)
        if remembered:
            self.delrcpt(f"<{remembered}>")

    def _unjudged(self, mail: Mail) -> int:
        config = mail.snapshot.config
        self._told(outcome="unjudged")
        match config.on_error:
            case OnError.TEMPFAIL:
                return TEMPFAIL
            case OnError.ACCEPT:
                try:
                    for name, value in no_verdict() if self._writes else ():
                        self.addheader(name, value)
                except Exception as error:  # noqa: BLE001 - fail-open is the promise (H6)
                    self._runtime.log.failure("unjudged", error)
                return CONTINUE
            case _:
                assert_never(config.on_error)
