"""No test is left out in silence."""

import ast
from collections.abc import Sequence

from tests.architecture.source import Module

WAYS_TO_SKIP = {"skip", "skipif", "xfail", "importorskip", "skipTest", "SkipTest"}


def only_not_run_skips(modules: Sequence[Module]) -> list[str]:
    """In tests, only not_run.py may skip; all others call `not_run(reason)`, which the summary lists."""
    return [
        module.breach(line, f"{way} outside tests/not_run.py")
        for module in modules
        if module.path != "not_run.py"
        for line, way in _ways_to_skip(module)
    ]


def _ways_to_skip(module: Module) -> list[tuple[int, str]]:
    imported = [(line, target) for line, target in module.imports() if target.split(".")[0] == "pytest"]
    used = [
        (node.lineno, ast.unparse(node))
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute)
        and ast.unparse(node).split(".")[0] in ("pytest", "unittest", "mark", "self")
    ]
    return [(line, way) for line, way in imported + used if way.split(".")[-1] in WAYS_TO_SKIP]
