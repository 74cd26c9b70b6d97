"""The milter: judges mail at delivery time and tells the mail server what to do with it.

`server` owns the processes (one parent, forked workers), `session` collects one message from
libmilter's callbacks, `replies` turns judgements into one outcome, `headers` writes and removes our
result headers, `reload` swaps policies. Whatever goes wrong in here, the mail is accepted unless
the operator chose `on_error: tempfail`.
"""
