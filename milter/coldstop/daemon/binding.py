"""The one place that imports pymilter, in the only order that works.

pymilter's C extension is itself the module `milter`, and a folder named `milter` on the path
becomes an empty namespace package of that name. `Milter` has no such namesake: it is imported
first, so that a missing pymilter is an error here and not an empty module later.
"""

from __future__ import annotations

import importlib
from typing import Any, Final

try:
    import Milter
except ImportError as error:  # pragma: no cover - only where pymilter is not installed
    raise ImportError(
        "coldstop's milter needs pymilter (Debian: apt install python3-milter, or "
        "apt install libmilter-dev and pip install pymilter)",
    ) from error

milter: Any = importlib.import_module("milter")
"""libmilter, as pymilter's C extension has it."""

CONTINUE: Final[int] = milter.CONTINUE
DISCARD: Final[int] = milter.DISCARD
REJECT: Final[int] = milter.REJECT
TEMPFAIL: Final[int] = milter.TEMPFAIL

__all__ = ["CONTINUE", "DISCARD", "REJECT", "TEMPFAIL", "Milter", "milter"]
