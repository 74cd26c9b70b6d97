"""coldstop judges cold recruiting mail by a policy that its reader can read.

The folder names tell the architecture: `policy` (YAML to a typed policy), `lexicon` (the phrase
language), `message` (bytes to a message), `scorecard` (a policy made ready, and the judge),
`daemon` (the milter), `cli` (one thin module a verb).
"""

__version__ = "0.1.0"
