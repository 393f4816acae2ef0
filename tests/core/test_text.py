"""What readers see of a text, and which names leave alone what is around them."""

import unicodedata

import pytest

from platform_core.accounts.model.credentials import display_name
from platform_core.posts.model import Content
from platform_core.shared.errors import Invalid
from platform_core.shared.text import MAX_MARKS, is_name, is_visible

UNSEEN = ["", " \t\n", "\u200b", "\ufeff", "\u2060", "\u3164", "\u115f\u1160", "\uffa0", "\u2800", "\u202e"]
UNSEEN += ["\u00a0\u00ad", "\x00", "\ufe0f\u034f", "\u2028", "\u200d\u200c", "\U000e0061"]
NAMES = ["Ada", "ⵣ", "李", "نور", "עדה", "نامه\u200cای", "👩\u200d🚀", "❤\ufe0f", "ก่ำ", "Zoe\u0308"]
NAMES += ["क्\u200dष", "—", "\U0001f3f4\U000e0067\U000e0062\U000e007f", "a" + "\u0301" * MAX_MARKS]
DIRECTIONS = [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C]


@pytest.mark.parametrize("text", UNSEEN, ids=ascii)
def test_a_text_without_anything_to_see_is_neither_a_post_nor_a_name(text: str) -> None:
    assert not is_visible(text)
    assert is_visible(text + "a")
    with pytest.raises(Invalid) as refused:
        Content(text)
    assert [error.field for error in refused.value.errors] == ["text"]
    with pytest.raises(Invalid):
        display_name(text)


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_names_of_all_scripts_may_be_registered(name: str) -> None:
    assert display_name(name) == name
    assert Content(name).text == name


@pytest.mark.parametrize("code", DIRECTIONS, ids=hex)
def test_a_name_does_not_turn_the_direction_of_writing_and_a_post_may(code: int) -> None:
    text = f"a{chr(code)}b"
    assert not is_name(text)
    assert Content(text).text == text


@pytest.mark.parametrize("code", [0x0, 0xA, 0x1B, 0x7F, 0x85, 0x2028, 0x2029], ids=hex)
def test_a_name_is_one_line(code: int) -> None:
    with pytest.raises(Invalid):
        display_name(f"a{chr(code)}b")


@pytest.mark.parametrize("mark", ["\u0301", "\u0489", "\u0301\u200d"], ids=ascii)
def test_a_name_does_not_climb_into_other_lines(mark: str) -> None:
    assert not is_name("a" + mark * (MAX_MARKS + 1))
    assert is_name(("a" + mark * MAX_MARKS) * 2)


def test_a_character_that_is_not_known_yet_may_be_an_emoji() -> None:
    assert unicodedata.category("\U0001fbfa") == "Cn"
    assert is_visible("\U0001fbfa")
