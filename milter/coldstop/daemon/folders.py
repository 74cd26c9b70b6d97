"""Folders of a policy that the mail store cannot have, with the place in the policy.

With `folder_separator: .` the folder `ray@firm.example` would be three levels, and with
`folder_prefix: INBOX.` the folder `INBOX/Jobs` another one than was meant. Found when the policies
are loaded, so that no mail has to wait for it; on a reload the last good policy stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.policy.errors import Code, PolicyError
from coldstop.policy.folders import FolderError
from coldstop.policy.walk import place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.policy.effective import Policy
    from coldstop.policy.folders import Naming


def unfit(policy: Policy, naming: Naming) -> tuple[PolicyError, ...]:
    """Give what is wrong with each folder, none twice."""
    return tuple(dict.fromkeys(_unfit(policy, naming)))


def _unfit(policy: Policy, naming: Naming) -> Iterator[PolicyError]:
    named = [(("folders", name), folder) for name, folder in policy.folders.model_dump().items()]
    named += [(("ladder", str(step)), rung.folder) for step, rung in policy.ladder]
    for path, folder in named:
        try:
            naming.of(folder or "INBOX")
        except FolderError as error:
            at = place(policy, path)
            yield PolicyError(
                Code.BAD_VALUE, at.file, at.line, at.column, error.message, error.hint
            )
