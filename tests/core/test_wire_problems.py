"""Problem documents, cursors and encoded views, whatever carries them."""

from datetime import UTC, datetime

import msgspec
import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from adapters.wire.cursors import Cursors
from adapters.wire.encode import encode, encode_page
from adapters.wire.problems import internal_problem, problem, retry_after, status_of
from adapters.wire.request_ids import accepted_id
from platform_core.shared.errors import DomainError, Invalid, NotFound, RateLimited, Unavailable
from platform_core.shared.idempotency import KeyReused, RequestInProgress
from platform_core.shared.pagination import Page, PageRequest

BINDING = b"/api/v1/notes?{}"


@pytest.fixture(scope="module")
def cursors() -> Cursors:
    return Cursors(b"sixteen bytes or more")


class HiddenNote(NotFound):
    """Something whose existence is nobody's business."""

    code = "note_is_hidden"
    detail = "Ada has hidden this note from you."


def test_what_is_hidden_looks_like_what_never_was():
    assert encode(problem(HiddenNote(), "r")) == encode(problem(NotFound("gone since Tuesday"), "r"))


def test_the_field_errors_are_told():
    document = msgspec.json.decode(encode(problem(Invalid.field("a.b", "range", "Too small."), "r")))
    assert document["errors"] == [{"field": "a.b", "code": "range", "message": "Too small."}]
    assert (document["status"], document["title"]) == (422, "Unprocessable Entity")


def test_kinds_are_told_apart_by_the_most_special_one():
    assert status_of(RequestInProgress) == 409
    assert status_of(KeyReused) == 422
    assert status_of(DomainError) == 400


def test_when_to_come_back():
    assert retry_after(RateLimited(30)) == 30
    assert retry_after(RateLimited(0)) == 1
    assert retry_after(Unavailable()) == 5
    assert retry_after(RequestInProgress()) == 1
    assert retry_after(NotFound()) is None


def test_a_fault_has_nothing_but_its_id():
    assert internal_problem("r")["request_id"] == "r"
    assert internal_problem("r")["status"] == 500


@given(st.text(min_size=1, max_size=60), st.integers(1, 100))
def test_a_cursor_gives_back_its_key_and_direction(key: str, limit: int):
    cursors = Cursors(b"sixteen bytes or more")
    try:
        key.encode()
    except UnicodeEncodeError:
        return
    before, after = cursors.following(BINDING, key), cursors.previous(BINDING, key)
    assert before != after
    assert cursors.request(BINDING, str(limit), before) == PageRequest(limit, before=key)
    assert cursors.request(BINDING, str(limit), after) == PageRequest(limit, after=key)


@given(st.text(max_size=80))
def test_no_text_is_a_cursor_by_chance(text: str):
    with pytest.raises(Invalid):
        Cursors(b"sixteen bytes or more").request(BINDING, None, text)


def test_every_changed_byte_is_noticed(cursors: Cursors):
    cursor = cursors.following(BINDING, "0190e2c4") or ""
    for place, letter in enumerate(cursor[:-1]):
        changed = cursor[:place] + ("A" if letter != "A" else "B") + cursor[place + 1 :]
        with pytest.raises(Invalid):
            cursors.request(BINDING, None, changed)


def test_no_key_no_cursor(cursors: Cursors):
    assert cursors.following(BINDING, None) is None
    assert cursors.previous(BINDING, None) is None


def test_a_short_secret_is_refused():
    with pytest.raises(ValueError, match="16"):
        Cursors(b"short")


@frozen
class Post:
    """A view."""

    id: str
    at: datetime
    _private: int = 0


def test_views_are_encoded_as_they_are():
    post = Post("a", datetime(2026, 1, 2, 3, 4, 5, 6000, tzinfo=UTC), 7)
    assert msgspec.json.decode(encode(post)) == {"id": "a", "at": "2026-01-02T03:04:05.006000Z"}


def test_pages_are_encoded_with_their_cursors():
    page = Page((Post("a", datetime(2026, 1, 2, tzinfo=UTC)),), "k", None)
    document = msgspec.json.decode(encode_page(page, "c", None))
    assert document == {
        "items": [{"id": "a", "at": "2026-01-02T00:00:00Z"}],
        "next_cursor": "c",
        "prev_cursor": None,
    }
    assert msgspec.json.decode(encode_page(Page(), None, None))["items"] == []


def test_request_ids_fit_into_a_log_line():
    assert accepted_id("a-1.b_2") == "a-1.b_2"
    for bad in (None, "", "a b", "a\n", "é", "a" * 129):
        assert accepted_id(bad) is None
