"""A policy as a Sieve script: the same pitch, tallies and verdict, on a host that is not ours.

`compile.compile_policy(policy, target)` gives the text and, rule by rule, what was lost. Policy ->
tests and actions (`lower/`) -> syntax tree (`script`) -> text (`render`, through the templates of
`sieve_templates/`). Every string of a policy goes through `quote`, and nowhere else.

Refuses: what a target cannot hold (`errors.SieveError`, saying what to drop).
"""
