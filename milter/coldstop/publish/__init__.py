"""Put a Sieve script on a ManageSieve server, and take it off again (RFC 5804).

`plan` compares and writes down what would change; `apply` does exactly that, or leaves the server
as it was; `status` finds what has changed since; `rollback` gives the reader their own script
back. The reader's script is never lost: it is included by a wrapper of ours, or holds our script
in a marked block, and nothing that we did not write, or that was edited since, is overwritten or
deleted unless the caller insists (`force`).
"""
