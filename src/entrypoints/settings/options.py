"""How one setting is declared: its default, its words, its bounds; and how its text is understood."""

import re
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin
from urllib.parse import urlsplit, urlunsplit

from attrs import Attribute, Factory, field, frozen

from platform_core.shared.limits import Rate

_META = "footlights"
_TRUE, _FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})
_RATE = re.compile(r"(?P<amount>[1-9]\d*)/(?P<count>\d*)(?P<unit>[smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


class SettingsError(Exception):
    """A setting that cannot be used; the text names it and says what is wrong, for the operator."""


@frozen
class Option:
    """What is known of a setting beside its value."""

    about: str
    secret: bool = False
    least: float | None = None
    most: float | None = None
    section: bool = False
    prefix: str = ""
    """Of a section: what the names of its environment variables begin with."""


def option(
    default: Any,
    about: str,
    *,
    secret: bool = False,
    least: float | None = None,
    most: float | None = None,
) -> Any:
    """Declare a setting. A secret one is never shown; of an address the password is not."""
    meta = {_META: Option(about, secret=secret, least=least, most=most)}
    return field(default=default, metadata=meta, repr=hidden if secret else shown)


def section(kind: type, about: str, *, prefix: str = "") -> Any:
    """Declare a group of settings: a table in the file, a prefix in the environment."""
    return field(default=Factory(kind), metadata={_META: Option(about, section=True, prefix=prefix)})


def option_of(attribute: "Attribute[Any]") -> Option:
    """Return what was declared of a field."""
    found: Option = attribute.metadata[_META]
    return found


def hidden(value: object) -> str:
    """Say whether a secret is set, and nothing else."""
    return "(set)" if value else "(not set)"


def shown(value: object) -> str:
    """Return a value as an operator reads it, addresses without their password."""
    if isinstance(value, Rate):
        return f"{value.amount}/{value.seconds}s"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | frozenset):
        return ", ".join(sorted(map(str, value))) or "(none)"
    if value is None or value == "":
        return "(not set)"
    return without_password(str(value))


def without_password(address: str) -> str:
    """Return an address whose password, if it has one, is replaced by dots."""
    if "://" not in address or "@" not in address:
        return address
    parts = urlsplit(address)
    user = parts.netloc.rpartition("@")[0].partition(":")[0]
    place = parts.netloc.rpartition("@")[2]
    # A query may carry a password as well (libpq's ?password=).
    query = re.sub(r"(?i)(password|secret|token)=[^&]*", r"\1=…", parts.query)
    return urlunsplit(parts._replace(netloc=f"{user}:…@{place}", query=query))


def understand(given: object, kind: Any, name: str) -> Any:
    """Return what ``given`` (text of the environment, or a value of the file) means as a ``kind``.

    Raises ``ValueError`` with words for the operator.
    """
    if get_origin(kind) is UnionType:
        inner = next(part for part in get_args(kind) if part is not NoneType)
        return None if given in ("", None) else understand(given, inner, name)
    if get_origin(kind) in (tuple, frozenset):
        return get_origin(kind)(_words(given))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _one_of(given, kind)
    if kind is Rate:
        return _rate(given, name)
    return _SIMPLE[kind](given)


def check(value: Any, declared: Option) -> None:
    """Raise ``ValueError`` if a number is out of its bounds."""
    if declared.least is not None and value is not None and value < declared.least:
        raise ValueError(f"must be at least {declared.least}, not {value}")
    if declared.most is not None and value is not None and value > declared.most:
        raise ValueError(f"must be at most {declared.most}, not {value}")


def _words(given: object) -> list[str]:
    if isinstance(given, str):
        return [word for word in re.split(r"[,\s]+", given) if word]
    if isinstance(given, list) and all(isinstance(word, str) for word in given):
        return given
    raise ValueError("must be a list of words")


def _one_of(given: object, kind: type[Enum]) -> Enum:
    try:
        return kind(given)
    except ValueError:
        raise ValueError(
            f"must be one of {', '.join(str(one.value) for one in kind)}, not {given!r}"
        ) from None


def _rate(given: object, name: str) -> Rate:
    found = _RATE.fullmatch(str(given).strip())
    if found is None:
        raise ValueError(f"must be a rate such as 60/1h or 300/1m, not {given!r}")
    return Rate(name, int(found["amount"]), int(found["count"] or 1) * _SECONDS[found["unit"]])


def _boolean(given: object) -> bool:
    if isinstance(given, bool):
        return given
    word = str(given).strip().lower()
    if word not in _TRUE | _FALSE:
        raise ValueError(f"must be true or false, not {given!r}")
    return word in _TRUE


def _number(kind: type[int] | type[float], called: str) -> Callable[[Any], float]:
    def understand_number(given: Any) -> float:
        try:
            if isinstance(given, bool) or (kind is int and isinstance(given, float)):
                raise ValueError
            return kind(given)
        except (TypeError, ValueError):
            raise ValueError(f"must be {called}, not {given!r}") from None

    return understand_number


def _text(given: object) -> str:
    if not isinstance(given, str):
        raise ValueError(f"must be text, not {given!r}")
    return given.strip()


_SIMPLE: dict[type, Callable[[Any], Any]] = {
    bool: _boolean,
    int: _number(int, "a whole number"),
    float: _number(float, "a number"),
    str: _text,
    Path: lambda given: Path(_text(given)).expanduser(),
}
