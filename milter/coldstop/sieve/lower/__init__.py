"""Conditions as Sieve tests, one module a kind of test: the mirror of `scorecard/tests/`.

Each module has one function, `lower_<kind>(test, lowering) -> Meaning`. What cannot be said
exactly is noted (`Lowering.note`); what cannot be said at all is `false` and noted.
"""
