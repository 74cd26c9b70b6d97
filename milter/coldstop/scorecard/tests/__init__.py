"""The kinds of test, one module each; `sieve/lower/` will mirror them file by file.

Each module has one function, `compile_<kind>(test, context) -> Node`.
"""
