"""What a Sieve engine would refuse of a script, or would take and silently not do.

`check(text, engine)` reads any script, ours or not, and gives findings with line and column. What
engines hold and how they differ is data (`sieve_templates/engines/`), read by `engines`. Refuses
nothing: what is no Sieve at all is a finding, too.
"""
