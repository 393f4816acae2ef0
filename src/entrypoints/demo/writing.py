"""What the people of the demo write: lines of their craft, with words drawn into them."""

import re

from entrypoints.demo.chance import Chance
from entrypoints.demo.people import Person, content

_SLOT = re.compile(r"\{(\w+)\}")


def text(chance: Chance, person: Person) -> str:
    """Return something that the person might post and has not posted yet, as far as words reach."""
    for _ in range(8):
        written = _text(chance, person)
        if written not in person.written:
            break
    person.written.add(written)
    return written


def revised(written: str) -> str:
    """Return how a post read before it was edited."""
    return written.replace(".", "", 1).strip() or written + "!"


def _text(chance: Chance, person: Person) -> str:
    """One in eight has two thoughts."""
    line = _line(chance, person)
    return f"{line}\n\n{_line(chance, person)}" if chance.share() < 0.125 else line


def _line(chance: Chance, person: Person) -> str:
    words = content()

    def draw(slot: re.Match[str]) -> str:
        word = str(chance.among(person.craft.get(slot[1]) or words[slot[1]]))
        before = slot.string[: slot.start()].rstrip()
        return word[:1].upper() + word[1:] if not before or before[-1] in ".!?" else word

    return _SLOT.sub(draw, str(chance.among(person.craft["lines"]))).strip()
