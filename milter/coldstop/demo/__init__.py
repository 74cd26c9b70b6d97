"""The demonstration, and the private mail servers that it and the tests run on.

`servers` starts Postfix, Dovecot and the milter in temporary folders; `samples` reads the mails
that come with coldstop; `run` sends them and finds them again; `table` shows what became of them.
"""
