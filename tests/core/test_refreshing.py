"""Pull-to-refresh misses nothing and repeats nothing, also of what turns up late."""

from hypothesis import given
from hypothesis import strategies as st

from platform_core.shared.pagination import Keyed, PageRequest, page_of, rows_to_read
from platform_core.shared.refreshing import MOST, WINDOW, Refresh


def key(milliseconds: int, number: int = 0) -> str:
    """Return a UUIDv7 of that moment."""
    digits = f"{milliseconds << 80 | 7 << 76 | 2 << 62 | number:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


NOON = 1_900_000_000_000


class List:
    """A list that grows while somebody reads it, as a reader adapter would give it."""

    def __init__(self) -> None:
        self.keys: set[str] = set()

    def page(self, request: PageRequest) -> tuple[list[str], str | None]:
        """Return the keys of a page and the token to refresh with."""
        if request.after is None:
            rows = sorted(self.keys, reverse=True)[: rows_to_read(request)]
        else:
            floor = Refresh.restore(request.after).floor
            rows = sorted(key for key in self.keys if key > floor)[: rows_to_read(request)]
        page = page_of([Keyed(key, key) for key in rows], request)
        return list(page.items), page.previous


def test_what_turns_up_below_the_newest_is_delivered_once() -> None:
    feed = List()
    feed.keys = {key(NOON), key(NOON + 100)}
    first, token = feed.page(PageRequest(4))
    assert first == [key(NOON + 100), key(NOON)]
    feed.keys.add(key(NOON + 50))
    late, token = feed.page(PageRequest(4, after=token))
    assert late == [key(NOON + 50)]
    assert feed.page(PageRequest(4, after=token))[0] == []


def test_an_older_page_is_not_given_again() -> None:
    feed = List()
    feed.keys = {key(NOON + number) for number in range(10)}
    _, token = feed.page(PageRequest(4))
    assert feed.page(PageRequest(4, after=token))[0] == []


@given(
    delays=st.lists(st.integers(0, WINDOW - 1), min_size=1, max_size=60),
    asked=st.lists(st.booleans(), min_size=60, max_size=60),
    limit=st.integers(1, 6),
)
def test_everybody_gets_everything_once(delays: list[int], asked: list[bool], limit: int) -> None:
    # Each row has a key of one moment and turns up at a later one, up to the window.
    arrivals = sorted(
        (number * 500 + delay, key(NOON + number * 500, number)) for number, delay in enumerate(delays)
    )
    feed = List()
    feed.keys.add(key(NOON - 10 * WINDOW))
    got, token = feed.page(PageRequest(limit))
    for (_, arriving), ask in zip(arrivals, asked, strict=False):
        feed.keys.add(arriving)
        if ask:
            more, token = feed.page(PageRequest(limit, after=token))
            got += more
    while True:
        more, token = feed.page(PageRequest(limit, after=token))
        if not more:
            break
        got += more
    assert sorted(got) == sorted(feed.keys)


def test_a_token_stays_short() -> None:
    keys = tuple(key(NOON, number) for number in reversed(range(3 * MOST)))
    refresh = Refresh("", keys).settled()
    assert len(refresh.delivered) == MOST
    assert refresh.floor == keys[MOST]
    assert Refresh.restore(refresh.token) == refresh


def test_a_bare_key_is_a_place_to_refresh_from() -> None:
    assert Refresh.restore(key(NOON)) == Refresh(key(NOON))
