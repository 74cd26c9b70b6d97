"""The phrase language: what a policy writes to name words in a mail.

`phrase` reads it, `lower` settles what it means, `regex` spells that for Sieve hosts and for RE2,
`fold` and `match` find thousands of phrases in a mail in some tens of microseconds.
"""
