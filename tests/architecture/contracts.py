"""The import contracts of the hexagon: who may import whom."""

import sys
from collections.abc import Sequence

from tests.architecture.source import Module

OUTWARD = {"platform_core": ("adapters", "entrypoints"), "adapters": ("entrypoints",), "entrypoints": ()}
LAYERS = {"model": 0, "ports": 1, "use_cases": 2}
# The adapters that others may build on, and which ones: an empty set stands for any.
SHARED_ADAPTERS: dict[str, set[str]] = {"wire": {"http", "realtime"}, "outbound": set()}


def layers_point_inwards(modules: Sequence[Module]) -> list[str]:
    """Entrypoints import adapters, adapters import the core, never back."""
    return [
        module.breach(line, f"{module.parts[0]} imports {target}")
        for module in modules
        for line, target in module.imports()
        if target.split(".")[0] in OUTWARD.get(module.parts[0], ())
    ]


def core_knows_no_framework(modules: Sequence[Module]) -> list[str]:
    """The core imports attrs and the standard library, nothing else."""
    allowed = sys.stdlib_module_names | {"attr", "attrs", "platform_core", "adapters", "entrypoints"}
    return [
        module.breach(line, f"the core imports {target}")
        for module in modules
        for line, target in module.imports()
        if module.parts[0] == "platform_core" and target.split(".")[0] not in allowed
    ]


def contexts_are_independent(modules: Sequence[Module]) -> list[str]:
    """A context imports itself and `shared`; `shared` imports no context.

    What one needs of another it asks for through a port of its own.
    """
    return [
        module.breach(line, f"{module.part(1) or 'platform_core'} imports {target}")
        for module in modules
        for line, target in module.imports()
        if module.parts[0] == "platform_core"
        and target.startswith("platform_core.")
        and target.split(".")[1] not in ("shared", module.part(1))
    ]


def context_layers_point_inwards(modules: Sequence[Module]) -> list[str]:
    """Inside a context use cases import ports, ports import the model, never back.

    Any module that is not called ports or use_cases belongs to the model.
    """
    return [
        module.breach(line, f"{module.part(2)} imports {target}")
        for module in modules
        for line, target in module.imports()
        if module.parts[0] == "platform_core"
        and target.split(".")[:2] == list(module.parts[:2])
        and _layer(target.split(".")) > _layer(module.parts)
    ]


def _layer(parts: Sequence[str]) -> int:
    return LAYERS.get(parts[2], 0) if len(parts) > 2 else 0


def adapters_are_independent(modules: Sequence[Module]) -> list[str]:
    """An adapter imports no other; only `wire` (http, realtime) and `outbound` may be built on."""
    return [
        module.breach(line, f"the adapter {module.part(1)} imports {target}")
        for module in modules
        for line, target in module.imports()
        if module.parts[0] == "adapters"
        and target.startswith("adapters.")
        and not _may_import(module.part(1), target.split(".")[1])
    ]


def _may_import(adapter: str, other: str) -> bool:
    if adapter == other:
        return True
    if other not in SHARED_ADAPTERS or adapter in SHARED_ADAPTERS:
        return False
    return not SHARED_ADAPTERS[other] or adapter in SHARED_ADAPTERS[other]


def wiring_is_in_the_containers(modules: Sequence[Module]) -> list[str]:
    """dependency_injector is imported by entrypoints/containers alone."""
    return [
        module.breach(line, "imports dependency_injector outside entrypoints/containers")
        for module in modules
        for line, target in module.imports()
        if target.split(".")[0] == "dependency_injector" and module.parts[:2] != ("entrypoints", "containers")
    ]
