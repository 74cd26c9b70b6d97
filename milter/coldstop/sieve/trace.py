"""The flags that `--trace` sets: IMAP keywords that tell the result.

Dovecot refuses keywords of more than 50 characters (`mail_max_keyword_length`) when the mail is
stored, and a policy may name a rule in 60. The flag of a rule with a long name is cut, and ends in
`~` and a hash of the whole name, so that two long names that begin alike stay apart.

Refuses nothing and cannot fail.
"""

from __future__ import annotations

from hashlib import sha256

KEYWORD = 50
"""Characters of a keyword that every known host keeps: Dovecot's default."""
_RULE = "$coldstop-rule-"
_HASH = 6


def rule_flag(name: str) -> str:
    """The flag of a rule that fired: `$coldstop-rule-cold`."""
    flag = _RULE + name
    if len(flag) <= KEYWORD:
        return flag
    return f"{flag[: KEYWORD - _HASH - 1]}~{sha256(name.encode()).hexdigest()[:_HASH]}"
