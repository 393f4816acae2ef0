"""What src does not do: print, read the clock beside the port, count money in floats, glue SQL."""

import ast
from collections.abc import Iterator, Sequence

from tests.architecture.source import Module

# Time, ids and chance come through ports, so that tests and trials can set them.
CLOCKS_AND_DICE = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"),
    *("uuid.uuid1", "uuid.uuid4", "uuid.uuid6", "uuid.uuid7", "os.urandom", "random", "secrets"),
}
STOPWATCHES = {"time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.perf_counter_ns"}


def only_the_command_line_prints(modules: Sequence[Module]) -> list[str]:
    """Nothing but entrypoints/cli calls print: the rest logs."""
    return [
        module.breach(node.lineno, "print")
        for module in modules
        if module.parts[:2] != ("entrypoints", "cli")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "print"
    ]


def time_and_chance_come_through_ports(modules: Sequence[Module]) -> list[str]:
    """Core and adapters ask ports for the time, ids and random values; adapters/system answers.

    Adapters may measure durations (time.monotonic, time.perf_counter); the core may not.
    """
    return [
        module.breach(line, f"{source} is for adapters/system")
        for module in modules
        if module.parts[0] in ("platform_core", "adapters") and module.parts[:2] != ("adapters", "system")
        for line, source in _clocks_and_dice(module)
    ]


def _clocks_and_dice(module: Module) -> Iterator[tuple[int, str]]:
    forbidden = CLOCKS_AND_DICE | (STOPWATCHES if module.parts[0] == "platform_core" else set())
    for line, target in module.imports():
        if target in forbidden or target.split(".")[0] in forbidden:
            yield line, target
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute):
            source = ".".join(ast.unparse(node).split(".")[-2:])
            if source in forbidden:
                yield node.lineno, source


def money_is_never_a_float(modules: Sequence[Module]) -> list[str]:
    """No file of payments mentions float: amounts are integers of the minor unit."""
    return [
        module.breach(node.lineno, "float in payments")
        for module in modules
        if "payments" in module.parts
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Name) and node.id == "float"
    ]


def sql_is_not_glued(modules: Sequence[Module]) -> list[str]:
    """No f-string is given to `text` or `exec_driver_sql`: values are bound, never written into SQL."""
    return [
        module.breach(node.lineno, "an f-string as SQL")
        for module in modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.JoinedStr)
        if ast.unparse(node.func).split(".")[-1] in ("text", "exec_driver_sql")
    ]
