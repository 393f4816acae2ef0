"""Reads the settings: the command line wins over the environment, the environment over the file."""

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import Attribute, evolve, fields, frozen

from entrypoints.settings.checks import refuse_what_does_not_go_together
from entrypoints.settings.options import Option, SettingsError, check, hidden, option_of, shown, understand
from entrypoints.settings.tree import Settings

PREFIX = "FOOTLIGHTS_"
CONFIG = PREFIX + "CONFIG"
_OF_OTHERS = ("FOOTLIGHTS_TEST_", "FOOTLIGHTS_ADMIN_PASSWORD", CONFIG)
"""Names that are not settings: tests', and what single commands read themselves."""


@frozen
class Found:
    """A setting in the tree: where it stands, what it is called outside, and what was declared of it."""

    path: str
    variable: str
    attribute: "Attribute[Any]"
    declared: Option


@frozen
class Line:
    """A setting as it is shown: path, value without secrets, where the value comes from, its words."""

    path: str
    variable: str
    value: str
    source: str
    about: str


@frozen
class Loaded:
    """The settings, where each comes from, and what should be looked at."""

    settings: Settings
    sources: Mapping[str, str]
    warnings: tuple[str, ...] = ()

    def lines(self) -> Iterator[Line]:
        """Yield every setting as it may be shown to an operator."""
        for found in declared():
            value: Any = self.settings
            for name in found.path.split("."):
                value = getattr(value, name)
            text = hidden(value) if found.declared.secret else shown(value)
            source = self.sources.get(found.path, "default")
            yield Line(found.path, found.variable, text, source, found.declared.about)


def load(
    environment: Mapping[str, str], file: Path | None = None, arguments: Mapping[str, Any] | None = None
) -> Loaded:
    """Read and check all settings; ``arguments`` are values by path, such as ``server.port``.

    Raises ``SettingsError``, which names the setting.
    """
    known = {found.path: found for found in declared()}
    named = file or (Path(environment[CONFIG]) if environment.get(CONFIG) else None)
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for path, given in _from_file(named, known):
        _take(values, sources, known[path], given, f"{named}: {path}")
    for found in known.values():
        if found.variable in environment:
            _take(values, sources, found, environment[found.variable], found.variable)
    for path, given in (arguments or {}).items():
        _take(values, sources, known[path], given, f"--{path.rpartition('.')[2].replace('_', '-')}")
    settings = _build(values)
    warnings = (*_unknown_variables(environment, known), *refuse_what_does_not_go_together(settings))
    return Loaded(settings, sources, warnings)


def declared() -> Iterator[Found]:
    """Yield every setting of the tree, in its order."""
    for attribute in fields(Settings):
        option = option_of(attribute)
        if not option.section:
            yield Found(attribute.name, PREFIX + attribute.name.upper(), attribute, option)
            continue
        kind: Any = attribute.type
        for inner in fields(kind):
            variable = PREFIX + option.prefix + inner.name.upper()
            yield Found(f"{attribute.name}.{inner.name}", variable, inner, option_of(inner))


def _take(values: dict[str, Any], sources: dict[str, str], found: Found, given: object, source: str) -> None:
    try:
        value = understand(given, found.attribute.type, found.attribute.name)
        check(value, found.declared)
    except ValueError as error:
        # A secret is not repeated, even if it is what was wrong.
        reason = "is not valid" if found.declared.secret else str(error)
        raise SettingsError(f"{source} {reason}") from None
    values[found.path] = value
    sources[found.path] = source


def _build(values: Mapping[str, Any]) -> Settings:
    settings = Settings()
    for path, value in values.items():
        outer, _, inner = path.rpartition(".")
        if outer:
            value = evolve(getattr(settings, outer), **{inner: value})
        settings = evolve(settings, **{outer or inner: value})
    return settings


def _from_file(path: Path | None, known: Mapping[str, Found]) -> Iterator[tuple[str, Any]]:
    if path is None:
        return
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not valid TOML: {error}") from None
    for setting, value in _flat(content):
        if setting not in known:
            raise SettingsError(f"{path}: {setting} is not a setting{_meant(setting, list(known))}")
        yield setting, value


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def _unknown_variables(environment: Mapping[str, str], known: Mapping[str, Found]) -> Iterator[str]:
    """Warn, no more: an orchestrator sets variables of its own that begin with the name of a service."""
    names = [found.variable for found in known.values()]
    for variable in environment:
        if variable.startswith(PREFIX) and variable not in names and not variable.startswith(_OF_OTHERS):
            yield f"{variable} is not a setting{_meant(variable, names)}"


def _meant(name: str, names: list[str]) -> str:
    close = difflib.get_close_matches(name, names, 1)
    return f"; did you mean {close[0]}?" if close else ""
