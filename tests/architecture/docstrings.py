"""Everything public says what it does."""

import ast
from collections.abc import Iterator, Sequence

from tests.architecture.source import Module

# These decorators say that the description is elsewhere: on the overridden method, the getter, the first
# of the overloads' implementations.
DESCRIBED_ELSEWHERE = {"override", "overload", "setter", "deleter"}

Described = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def public_things_have_docstrings(modules: Sequence[Module]) -> list[str]:
    """Every public module, class, function and method of src has a docstring, except

    - a method of an adapter whose name a port of the core documents: the contract is written on the port;
    - a method marked `@override`, and setters and overloads;
    - what starts with an underscore (`__call__` of a use case: its class says it), and nested functions.
    """
    on_ports = documented_by_ports(modules)
    return [breach for module in modules for breach in _missing(module, on_ports)]


def documented_by_ports(modules: Sequence[Module]) -> set[str]:
    """Return the names of the methods that any Protocol of the core describes."""
    return {
        method.name
        for module in modules
        if module.parts[0] == "platform_core"
        for port in ast.walk(module.tree)
        if isinstance(port, ast.ClassDef) and any("Protocol" in ast.unparse(parent) for parent in port.bases)
        for method in port.body
        if isinstance(method, Described) and ast.get_docstring(method)
    }


def _missing(module: Module, on_ports: set[str]) -> Iterator[str]:
    if module.tree.body and not ast.get_docstring(module.tree) and not module.parts[-1].startswith("_"):
        yield module.breach(1, "the module has no docstring")
    for owner, thing in _public(module.tree):
        by_port = module.parts[0] == "adapters" and isinstance(owner, ast.ClassDef) and thing.name in on_ports
        if not (ast.get_docstring(thing) or by_port or _decorators(thing) & DESCRIBED_ELSEWHERE):
            yield module.breach(thing.lineno, f"{thing.name} has no docstring")


def _public(owner: ast.Module | ast.ClassDef) -> Iterator[tuple[ast.AST, Described]]:
    """Yield what is public in a module or class, with its owner; the body of a function is private."""
    for thing in _statements(owner.body):
        if isinstance(thing, Described) and not thing.name.startswith("_"):
            yield owner, thing
            if isinstance(thing, ast.ClassDef):
                yield from _public(thing)


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a body, those below `if` and `try` included."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.If | ast.Try):
            yield from _statements([*statement.body, *statement.orelse])


def _decorators(thing: Described) -> set[str]:
    """Return the last word of each decorator: `override`, `setter` for `name.setter`."""
    return {ast.unparse(decorator).split("(")[0].split(".")[-1] for decorator in thing.decorator_list}
