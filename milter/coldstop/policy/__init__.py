"""Policies: YAML that people write, as typed data in which every value knows its place.

`model` is the language, `yaml` and `load` read it, `merge` joins a policy with those it extends,
`effective` is the result, `lint` cross-checks it, `show` prints it, `schema` describes the
language to editors, `mailboxes` picks the policy of a recipient.
"""
