"""The command line: one thin module a verb, each calling into the packages that do the work."""
