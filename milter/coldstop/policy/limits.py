"""Every limit of the policy package, in one place.

A policy is written by people, so the limits lie far above what people write; they are there for
files that are not what they seem (H12). Refuses: nothing. Fails: past a limit a policy is
refused with the code that names the limit.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds, each still allowed; one more is refused."""

    file_bytes: int = 1024 * 1024
    """Size of one policy file, in bytes of UTF-8 (`too-large`)."""
    depth: int = 32
    """Lists and mappings inside one another (`too-deep`)."""
    values: int = 50_000
    """Keys, entries and other values in one file (`too-many-values`)."""
    errors: int = 100
    """Findings that reading one file collects before it gives up."""
    extends_depth: int = 8
    """Policies that extend one another in a row, the first one included (`extends-too-deep`)."""
    files: int = 64
    """Files of one effective policy (`too-many-files`)."""
    points: int = 4_000
    """Sum of all points and caps of one tally, without sign: Sieve counts in unary in variables
    of 4,096 bytes (`too-many-points`)."""


LIMITS = Limits()
