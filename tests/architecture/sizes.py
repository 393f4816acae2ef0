"""The sizes of files and functions."""

import ast
from collections.abc import Iterator, Sequence

from tests.architecture.source import Module

FILE_LINES = 300
FUNCTION_LINES = 50
LARGE_FILE_LINES = 200

Function = ast.FunctionDef | ast.AsyncFunctionDef


def files_are_small(modules: Sequence[Module]) -> list[str]:
    """No file is longer than 300 lines: past that it is two things. Migrations are exempt."""
    return [
        module.breach(1, f"{lines} lines, {FILE_LINES} at most")
        for module in modules
        if (lines := len(module.text.splitlines())) > FILE_LINES and not module.is_migration
    ]


def functions_are_small(modules: Sequence[Module]) -> list[str]:
    """No function is longer than 50 lines, its docstring not counted. Migrations are exempt."""
    return [
        module.breach(function.lineno, f"{function.name} has {lines} lines, {FUNCTION_LINES} at most")
        for module in modules
        for function in _functions(module)
        if (lines := _lines(function)) > FUNCTION_LINES and not module.is_migration
    ]


def large_files(modules: Sequence[Module]) -> list[str]:
    """Return the files that grow towards the limit, longest first: to be looked at, not a breach."""
    sizes = sorted(((len(module.text.splitlines()), module.path) for module in modules), reverse=True)
    return [f"{path}: {lines} lines" for lines, path in sizes if lines > LARGE_FILE_LINES]


def _functions(module: Module) -> Iterator[Function]:
    return (node for node in ast.walk(module.tree) if isinstance(node, Function))


def _lines(function: Function) -> int:
    docstring = function.body[0] if ast.get_docstring(function, clean=False) is not None else None
    described = docstring.end_lineno - docstring.lineno + 1 if docstring and docstring.end_lineno else 0
    return (function.end_lineno or function.lineno) - function.lineno + 1 - described
