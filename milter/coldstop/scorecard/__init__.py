"""A policy made ready to run, and the judge: message, scorecard, standing and day to judgement.

Everything here is pure: no I/O, no clock. `resolve` turns a policy into a scorecard once;
`judge` is the one evaluator that milter, command line, policy tests and reports share.
"""
