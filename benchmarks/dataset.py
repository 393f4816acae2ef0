"""A community of a chosen size, from a fixed seed: the same seed and size give the same rows.

Followers and posts have a long tail. Among the accounts are some that make life hard for every list: see
``Who``. The rows are written to a database by ``writing``.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from random import Random
from typing import Any

from attrs import define, field

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 300
TIMELINE_CAP = 1_000
PULLED_FROM = 5_000
Row = tuple[Any, ...]
TableRows = tuple[str, tuple[str, ...], Iterable[Row]]


class Who(IntEnum):
    """Accounts with a part to play, by number."""

    FOLLOWS_10 = 0
    FOLLOWS_200 = 1
    FOLLOWS_2000 = 2
    UNBUILT = 3
    """Follows 2,000 accounts, and nothing has been written to its timeline."""
    HERMIT = 4
    """Has muted a third of all accounts and blocked a third; a third have blocked it."""
    NEWCOMER = 5
    """Follows nobody."""
    STAR = 10
    """Followed by most, and writes a third of all posts; the authors who follow write less and less."""
    SECRETIVE = 11
    """Writes for followers only."""
    RECLUSE = 12
    """Is locked; many ask to follow."""
    LIMITED = 13
    SUSPENDED = 14
    HOARDER = 15
    """Writes for itself; one post in a hundred is public."""


READERS = {10: Who.FOLLOWS_10, 200: Who.FOLLOWS_200, 2_000: Who.FOLLOWS_2000}
_FOLLOWS: dict[int, int] = {
    **{who: number for number, who in READERS.items()},
    Who.UNBUILT: 2_000,
    Who.NEWCOMER: 0,
}
_STATES: dict[int, str] = {Who.LIMITED: "limited", Who.SUSPENDED: "suspended"}


def uuid_at(moment: datetime, number: int) -> str:
    """Return a UUIDv7 of that moment; ``number`` makes it unique."""
    digits = f"{int(moment.timestamp() * 1000) << 80 | 7 << 76 | 2 << 62 | number:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


@define
class Dataset:
    """Accounts, their graph, posts and what hangs on them."""

    posts: int
    accounts: int = field()
    chance: Random = field(factory=lambda: Random(20261123))
    pulled_from: int = field(init=False)
    account_ids: list[str] = field(init=False)
    followees: list[list[int]] = field(init=False)
    follower_counts: list[int] = field(init=False)
    authors: list[int] = field(init=False)

    @accounts.default
    def _usual_number(self) -> int:
        return max(self.posts // 10, 3_000)

    def __attrs_post_init__(self) -> None:
        self.pulled_from = min(PULLED_FROM, self.accounts // 4)
        self.account_ids = [uuid_at(EPOCH, number) for number in range(self.accounts)]
        self.followees = [self._followees(who) for who in range(self.accounts)]
        self.follower_counts = [0] * self.accounts
        for followed in self.followees:
            for whom in followed:
                self.follower_counts[whom] += 1
        # Authors are as uneven as followers: many posts come from few.
        self.authors = [self._popular() for _ in range(self.posts)]

    def _popular(self) -> int:
        rank = min(int(self.chance.paretovariate(0.6)) - 1, self.accounts * 7)
        return Who.STAR + rank % (self.accounts - Who.STAR)

    def _followees(self, who: int) -> list[int]:
        wanted = _FOLLOWS.get(who, int(self.chance.triangular(1, 60, 20)))
        popular = dict.fromkeys(self._popular() for _ in range(wanted // 2))
        others = dict.fromkeys(self.chance.sample(range(self.accounts), min(wanted, self.accounts)))
        followed = [whom for whom in popular | others if whom != who][:wanted]
        return [whom for whom in followed if who != Who.HERMIT or _is_neutral(whom)]

    def id(self, who: int) -> str:
        """Return an account's id."""
        return self.account_ids[who]

    def post_id(self, number: int) -> str:
        """Return the id, which is the feed id too, of a post by its place in time."""
        return uuid_at(self.moment(number), number)

    def moment(self, number: int) -> datetime:
        """Return when a post was written."""
        return EPOCH + timedelta(days=DAYS) * (number / self.posts)

    def audience(self, number: int) -> str:
        """Return for whom a post is."""
        return _audience(self.authors[number], number)

    def newest_of(self, author: int) -> int:
        """Return the number of an author's newest post."""
        return next(number for number in reversed(range(self.posts)) if self.authors[number] == author)

    @property
    def hot(self) -> int:
        """The number of the post that half of all accounts reacted to and saved."""
        return self.newest_of(Who.STAR)

    def tables(self) -> Iterator[TableRows]:
        """Yield table, columns and rows, in an order that foreign keys allow."""
        yield "accounts", _ACCOUNT, self._account_rows()
        yield "follows", ("follower_id", "followee_id", "id", "pulled"), self._follow_rows()
        yield "follow_requests", ("follower_id", "followee_id", "id"), self._request_rows()
        yield "blocks", ("blocker_id", "blocked_id", "id"), self._block_rows()
        yield "mutes", ("muter_id", "muted_id", "id"), self._mute_rows()
        yield "posts", _POST, self._post_rows()
        yield "post_versions", ("id", "post_id", "text", "written_at", "audience"), self._version_rows()
        yield "reactions", ("post_id", "account_id", "id", "kind"), self._reaction_rows()
        yield "saves", ("account_id", "post_id", "id"), self._save_rows()
        yield "post_views", ("post_id", "account_id", "counted_at"), self._view_rows()
        yield "timelines", ("account_id", "state", "floor"), self._timeline_rows()
        yield "timeline_entries", ("account_id", "feed_id", "post_id"), self._entry_rows()

    def _account_rows(self) -> Iterator[Row]:
        written = Counter(self.authors)
        for number, id_ in enumerate(self.account_ids):
            pulled = self.follower_counts[number] > self.pulled_from
            counts = (self.follower_counts[number], len(self.followees[number]), written[number])
            names = (f"user{number}", f"user{number}@example.org", "x", f"User {number}")
            role = "moderator" if number % 1_000 == 999 else "member"
            standing = (_STATES.get(number, "active"), number == Who.RECLUSE, role)
            yield (id_, *names, EPOCH, *counts, pulled, pulled, *standing)

    def _follow_rows(self) -> Iterator[Row]:
        number = 0
        for who, followed in enumerate(self.followees):
            for whom in followed:
                number += 1
                pulled = self.follower_counts[whom] > self.pulled_from
                yield (self.id(who), self.id(whom), uuid_at(_after(number), number), pulled)

    def _request_rows(self) -> Iterator[Row]:
        for who in range(1, self.accounts, 2):
            if who != Who.RECLUSE and Who.RECLUSE not in self.followees[who]:
                yield (self.id(who), self.id(Who.RECLUSE), uuid_at(_after(who), who))
            # Odd numbers ask odd numbers, so the recluse, whose number is even, is not asked twice.
            other = who - 2 if who > 2 else who + 2
            yield (self.id(who), self.id(other), uuid_at(_after(who), self.accounts + who))

    def _block_rows(self) -> Iterator[Row]:
        for who in range(Who.STAR, self.accounts):
            pair = (self.id(Who.HERMIT), self.id(who))
            if who % 9 in (3, 4, 5):
                yield (*pair, uuid_at(_after(who), who))
            if who % 9 in (5, 6, 7):
                yield (*reversed(pair), uuid_at(_after(who), self.accounts + who))

    def _mute_rows(self) -> Iterator[Row]:
        for who in range(Who.STAR, self.accounts):
            if who % 9 in (1, 2, 3):
                yield (self.id(Who.HERMIT), self.id(who), uuid_at(_after(who), who))

    def _post_rows(self) -> Iterator[Row]:
        text = "The quick brown fox jumps over the lazy dog, and then it does so again. " * 2
        hot, reacted = self.hot, Counter(kind for _, kind in self._hot_reactions())
        for number, author in enumerate(self.authors):
            id_ = self.post_id(number)
            counts = tuple(reacted[kind] for kind in _KINDS) if number == hot else (2, 0, 0)
            state = ("published", self.audience(number), text, self.moment(number))
            yield (id_, self.id(author), id_, *state, *counts)

    def _version_rows(self) -> Iterator[Row]:
        written = [*range(0, self.posts, 10), *[self.hot] * 1_000]
        for row, number in enumerate(written):
            moment = self.moment(number) + timedelta(minutes=row)
            yield (uuid_at(moment, row), self.post_id(number), "As it was before.", moment, "public")

    def _reaction_rows(self) -> Iterator[Row]:
        hot = self.hot
        for number in range(self.posts):
            moment = self.moment(number)
            reactions = self._hot_reactions() if number == hot else ((1, "like"), (2, "like"))
            for place, kind in reactions:
                who = self.id((number * 7 + place) % self.accounts)
                yield (self.post_id(number), who, uuid_at(moment, number * 2 + place), kind)

    def _hot_reactions(self) -> Iterator[tuple[int, str]]:
        for place in range(self.accounts // 2):
            yield place, ("like", "like", "love", "dislike")[place % 4]

    def _save_rows(self) -> Iterator[Row]:
        hot = self.hot
        for number in range(0, self.posts, 20):
            reader = self.id(number // 20 % (Who.NEWCOMER + 1))
            if number != hot:
                yield (reader, self.post_id(number), uuid_at(self.moment(number), number))
        for who in range(0, self.accounts, 2):
            yield (self.id(who), self.post_id(hot), uuid_at(self.moment(hot), self.posts + who))

    def _view_rows(self) -> Iterator[Row]:
        for number in range(0, self.posts, 4):
            moment = self.moment(number) + timedelta(hours=1)
            yield (self.post_id(number), self.id(number * 7 % self.accounts), moment)

    def _newest_followed(self, reader: int) -> list[int]:
        written = (whom for whom in self.followees[reader] if self.follower_counts[whom] <= self.pulled_from)
        followed = {reader, *written}
        newest = (
            number
            for number in reversed(range(self.posts))
            if self.authors[number] in followed and self.audience(number) != "private"
        )
        return [number for number, _ in zip(newest, range(TIMELINE_CAP), strict=False)]

    def _timeline_rows(self) -> Iterator[Row]:
        for reader in _BUILT:
            newest = self._newest_followed(reader)
            floor = self.post_id(newest[-1]) if len(newest) == TIMELINE_CAP else None
            yield (self.id(reader), "built", floor)

    def _entry_rows(self) -> Iterator[Row]:
        for reader in _BUILT:
            for number in self._newest_followed(reader):
                yield (self.id(reader), self.post_id(number), self.post_id(number))


def _after(number: int) -> datetime:
    return EPOCH + timedelta(seconds=number)


def _is_neutral(who: int) -> bool:
    """Whether the hermit has neither blocked this account nor been blocked by it."""
    return who < Who.STAR or who % 9 not in (3, 4, 5, 6, 7)


def _audience(author: int, number: int) -> str:
    if author == Who.SECRETIVE:
        return "followers"
    if author == Who.HOARDER:
        return "public" if number % 100 == 0 else "private"
    return "followers" if number % 10 == 0 else "public"


_BUILT = (*READERS.values(), Who.HERMIT)
_ACCOUNT = (
    *("id", "handle", "email", "password_hash", "display_name", "created_at"),
    *("followers_count", "following_count", "posts_count"),
    *("pulling", "pulled", "state", "locked", "role"),
)
_KINDS = ("like", "love", "dislike")
_POST = (
    *("id", "author_id", "feed_id", "status", "audience", "text", "created_at"),
    *("like_count", "love_count", "dislike_count"),
)
