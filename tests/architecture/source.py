"""A source tree, parsed."""

import ast
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from attrs import field, frozen


@frozen
class Module:
    """One file: its dotted name, where it is below the root, its text and its syntax tree."""

    name: str
    path: str
    text: str = field(repr=False)
    tree: ast.Module = field(repr=False)

    @property
    def parts(self) -> tuple[str, ...]:
        """The dotted name, split; `("adapters", "sql", "posts")`."""
        return tuple(self.name.split("."))

    @property
    def is_migration(self) -> bool:
        """Whether the file is a database migration: written once, and never changed after."""
        return "migrations" in self.parts

    def part(self, index: int) -> str:
        """Return one part of the name, or "" where the name is shorter."""
        return self.parts[index] if index < len(self.parts) else ""

    def imports(self) -> Iterator[tuple[int, str]]:
        """Yield the line and the full dotted name of all that is imported, inside functions too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                origin = self._absolute(node)
                yield from ((node.lineno, f"{origin}.{alias.name}") for alias in node.names)

    def breach(self, line: int, what: str) -> str:
        """Return a breach in the form that editors jump to."""
        return f"{self.path}:{line}: {what}"

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        inside = self.parts if self.path.endswith("__init__.py") else self.parts[:-1]
        package = inside[: len(inside) - node.level + 1]
        return ".".join([*package, *([node.module] if node.module else [])])


Rule = Callable[[Sequence[Module]], list[str]]


def load(root: Path) -> list[Module]:
    """Parse every Python file below `root`."""
    return [_parse(root, path) for path in sorted(root.rglob("*.py")) if "__pycache__" not in path.parts]


def _parse(root: Path, path: Path) -> Module:
    place = path.relative_to(root)
    parts = place.with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    text = path.read_text()
    return Module(name=name, path=str(place), text=text, tree=ast.parse(text, str(place)))
