"""The architecture as tests: rules read the syntax tree of src and list what breaks them.

A rule is a function from the modules of a source tree to its breaches, so that it runs against the real
tree (test_source.py) and against copies that were broken on purpose (test_breaches.py).
"""
