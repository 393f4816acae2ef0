"""The names of modules: they say what is inside, and a context has one word in every layer."""

from collections.abc import Sequence

from tests.architecture.source import Module

EMPTY_WORDS = {"utils", "util", "helpers", "helper", "manager", "base", "impl", "common", "misc"}
CONTEXTS = {
    *("accounts", "media", "posts", "comments", "stories", "messaging", "communities", "collections"),
    *("notifications", "search", "payments", "streaming", "analytics", "moderation", "platform"),
}
SAME_NAME = (("adapters", "http"), ("adapters", "realtime"), ("adapters", "sql"), ("adapters", "memory"))
SCHEMA = ("adapters", "sql", "schema")
# Modules that serve every context, also where they ask a single one.
PLUMBING = {"auth", "application", "errors", "openapi", "rooms", "unit_of_work"}


def names_say_something(modules: Sequence[Module]) -> list[str]:
    """No module or package has a name like utils, helpers or manager."""
    return [
        module.breach(1, f"the name says nothing: {module.name}")
        for module in modules
        if any(word in EMPTY_WORDS for part in module.parts for word in part.split("_"))
    ]


def contexts_are_known(modules: Sequence[Module]) -> list[str]:
    """Every folder of the core is a context, or `shared`: a new one is a decision, to be written here."""
    return [
        module.breach(1, f"{module.part(1)} is not among the contexts")
        for module in modules
        if module.parts[0] == "platform_core" and len(module.parts) > 1
        if module.part(1) not in CONTEXTS | {"shared"}
    ]


def adapters_use_the_word_of_the_context(modules: Sequence[Module]) -> list[str]:
    """Whoever greps a context's word finds its whole slice.

    In http, realtime, sql and memory a module that uses exactly one context has that context's word in its
    place below the adapter.
    """
    return [
        module.breach(1, f"uses {context} and is not named after it")
        for module in modules
        if module.parts[:2] in SAME_NAME and not PLUMBING & set(module.parts)
        for context in _only_context(module)
        if context not in module.parts
    ]


def _only_context(module: Module) -> set[str]:
    targets = [target.split(".") for _, target in module.imports()]
    used = {target[1] for target in targets if target[0] == "platform_core" and len(target) > 1}
    contexts = used & CONTEXTS
    return contexts if len(contexts) == 1 else set()


def tables_are_named_after_their_owner(modules: Sequence[Module]) -> list[str]:
    """schema/<name>.py belongs to a context, or to the module of adapters/sql that writes its tables.

    A context that is a package may have a schema for each of its parts (accounts: credentials).
    """
    writers = {
        part
        for module in modules
        if module.parts[:2] == ("adapters", "sql") and module.parts[:3] != SCHEMA
        for part in module.parts[2:4]
    }
    return [
        module.breach(1, f"no context and no module of adapters/sql is called {module.part(3)}")
        for module in modules
        if module.parts[:3] == SCHEMA and len(module.parts) > 3
        if module.part(3) not in CONTEXTS | writers | {"metadata"}
    ]
