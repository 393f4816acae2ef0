"""What texts look like to readers: whether there is anything to see, and whether it stays in its line."""

from unicodedata import category

MAX_MARKS = 8
"""Marks on one character: languages need four at most, and more climb into the neighbours' lines."""

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Mn", "Me", "Zs", "Zl", "Zp"})
# Letters and a symbol that are drawn as nothing: the fillers of Hangul syllables, the blank Braille pattern.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_LINE_ENDS = frozenset({"Cc", "Zl", "Zp"})
_MARKS = frozenset({"Mn", "Mc", "Me"})
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def is_visible(text: str) -> bool:
    """Whether a reader sees anything: not only space, control and format characters, fillers, bare marks.

    What the Unicode data of this Python does not know yet counts as visible: it may be a new emoji.
    """
    return any(category(char) not in _UNSEEN and char not in _BLANK for char in text)


def is_name(text: str) -> bool:
    """Whether a text may stand among others' as a name: visible, and unable to disturb what is around it.

    It has no line ends or other control characters, none that change the direction of writing (they
    make names that read as others' do), and no more than ``MAX_MARKS`` marks in a row.
    """
    if not is_visible(text) or not _DIRECTIONS.isdisjoint(text):
        return False
    kinds = [category(char) for char in text]
    return _LINE_ENDS.isdisjoint(kinds) and _most_marks(kinds) <= MAX_MARKS


def _most_marks(kinds: list[str]) -> int:
    """Return the length of the longest run of marks; format characters in between do not end one."""
    longest = run = 0
    for kind in kinds:
        if kind != "Cf":
            run = run + 1 if kind in _MARKS else 0
            longest = max(longest, run)
    return longest
