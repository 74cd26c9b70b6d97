"""Bytes to a message: the reader, its zones, addresses and authentication.

`reader.read` takes a whole message, `reader.read_fields` what a milter has collected; both give a
`model.Message` and never raise. What text, header and address mean is written in `reader`,
`header` and `addresses`; it is what Pigeonhole does on mail without defects, so that the Sieve
back end and the milter agree.
"""
