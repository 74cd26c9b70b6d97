"""`python -m coldstop.daemon CONFIG`: run the milter by the daemon configuration in CONFIG."""

from __future__ import annotations

import sys

from coldstop.daemon.config import load_config
from coldstop.daemon.server import run
from coldstop.policy.errors import PolicyErrors


def main() -> int:
    """Read the one argument, serve, and return the exit code."""
    if len(sys.argv) != 2:
        sys.stderr.write("usage: python -m coldstop.daemon CONFIG\n")
        return 64
    try:
        config = load_config(sys.argv[1])
    except PolicyErrors as error:
        sys.stderr.write(f"{error}\n")
        return 78
    return run(config)


if __name__ == "__main__":
    sys.exit(main())
