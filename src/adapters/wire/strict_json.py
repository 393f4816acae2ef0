"""Reads JSON so that two parsers can never disagree about it.

Refused are duplicate keys, NaN and Infinity, numbers too long to be meant, nesting deeper than 32, bytes
that are not UTF-8, a byte order mark; and in texts lone surrogates and NUL, which no database keeps.
"""

import json
import re
from math import isfinite
from typing import Any, NoReturn

from adapters.wire.problems import MalformedJson
from platform_core.shared.errors import FieldError, Invalid

MAX_DEPTH = 32
MAX_WHOLE = 2**63 - 1
"""The largest whole number: what databases keep."""
MAX_DIGITS = 20
"""Digits of a whole number, sign included; longer ones are not even converted."""
MAX_FLOAT = 40
"""Characters of a number with a fraction or an exponent."""

# Text first, so that brackets inside it do not count; the closing quote is optional and the groups are
# possessive, which keeps the scan linear whatever the input.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[{\]}]', re.DOTALL)


def parse(data: bytes) -> Any:
    """Return the value that ``data`` stands for.

    Raises ``MalformedJson``, or ``Invalid`` for well-formed texts that cannot be kept.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise MalformedJson("The body is not UTF-8.") from None
    _check_depth(text)
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise MalformedJson(f"The body is not valid JSON at character {error.pos}.") from None
    if "\\u" in text:
        _check_texts(value, "")
    return value


def storable(text: str) -> bool:
    """Whether a text can be kept: Unicode without lone surrogates and NUL."""
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_depth(text: str) -> None:
    """Count before anything recurses; most bodies have too few brackets to be looked at."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise MalformedJson(f"The body is nested deeper than {MAX_DEPTH} levels.")
        elif sign in "]}":
            depth -= 1


def _check_texts(value: Any, path: str) -> None:
    """Refuse what escapes can smuggle in; without a ``\\u`` nothing of this can be there."""
    if isinstance(value, str):
        if not storable(value):
            raise Invalid(FieldError(path or "body", "text", "Contains a NUL or half a character."))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _check_texts(item, f"{path}[{index}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_texts(key, path)
            _check_texts(item, f"{path}.{key}" if path else key)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedJson("An object has the same key twice.")
    return found


def _whole(digits: str) -> int:
    number = int(digits) if len(digits) <= MAX_DIGITS else MAX_WHOLE + 1
    if not -MAX_WHOLE <= number <= MAX_WHOLE:
        raise MalformedJson("A number is out of range.")
    return number


def _fraction(digits: str) -> float:
    number = float(digits) if len(digits) <= MAX_FLOAT else float("inf")
    if not isfinite(number):
        raise MalformedJson("A number is out of range.")
    return number


def _constant(name: str) -> NoReturn:
    raise MalformedJson(f"{name} is not JSON.")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_whole, parse_float=_fraction, parse_constant=_constant
)
