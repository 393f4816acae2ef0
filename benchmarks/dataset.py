"""A community of a chosen size, from a fixed seed, written in bulk to either database.

Follows have a long tail; three readers follow 10, 200 and 2,000 accounts and have built timelines.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import asyncpg
from attrs import define, field

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
READERS = (10, 200, 2_000)
PULLED_FROM = 5_000
TIMELINE_CAP = 1_000
Row = tuple[Any, ...]


def uuid_at(moment: datetime, number: int) -> str:
    """Return a UUIDv7 of that moment; ``number`` makes it unique."""
    digits = f"{int(moment.timestamp() * 1000) << 80 | 7 << 76 | 2 << 62 | number:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


@define
class Dataset:
    """Rows of every table that a feed touches. The same seed and size give the same rows."""

    posts: int
    chance: Random = field(factory=lambda: Random(20261123))
    accounts: int = field(init=False)
    account_ids: list[str] = field(init=False)
    followees: dict[int, list[int]] = field(init=False)
    follower_counts: list[int] = field(init=False)
    authors: list[int] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.accounts = max(self.posts // 10, 3_000)
        self.account_ids = [uuid_at(EPOCH, number) for number in range(self.accounts)]
        self.followees = {who: self._followees(who) for who in range(self.accounts)}
        self.follower_counts = [0] * self.accounts
        for followed in self.followees.values():
            for whom in followed:
                self.follower_counts[whom] += 1
        # Authors are as uneven as followers: many posts come from few.
        self.authors = [self._popular() for _ in range(self.posts)]

    def _popular(self) -> int:
        return min(int(self.chance.paretovariate(0.6)) - 1, self.accounts * 7) % self.accounts

    def _followees(self, who: int) -> list[int]:
        wanted = READERS[who] if who < len(READERS) else int(self.chance.triangular(1, 60, 20))
        popular = {self._popular() for _ in range(wanted // 2)}
        others = set(self.chance.sample(range(self.accounts), min(wanted, self.accounts)))
        return [whom for whom in list(popular | others)[:wanted] if whom != who]

    def reader(self, follows: int) -> str:
        """Return the id of the reader that follows so many."""
        return self.account_ids[READERS.index(follows)]

    def post_id(self, number: int) -> str:
        """Return the id, which is the feed id too, of a post by its place in time."""
        return uuid_at(self._moment(number), number)

    def _moment(self, number: int) -> datetime:
        return EPOCH + timedelta(days=300) * (number / self.posts)

    def tables(self) -> Iterator[tuple[str, tuple[str, ...], Iterable[Row]]]:
        """Yield table, columns and rows, in an order that foreign keys allow."""
        yield "accounts", _ACCOUNT, self._account_rows()
        yield "follows", ("follower_id", "followee_id", "id", "pulled"), self._follow_rows()
        yield "posts", _POST, self._post_rows()
        yield "reactions", ("post_id", "account_id", "id", "kind"), self._reaction_rows()
        yield "saves", ("account_id", "post_id", "id"), self._save_rows()
        yield "timelines", ("account_id", "state", "floor"), self._timeline_rows()
        yield "timeline_entries", ("account_id", "feed_id", "post_id"), self._entry_rows()

    def _account_rows(self) -> Iterator[Row]:
        for number, id_ in enumerate(self.account_ids):
            pulled = self.follower_counts[number] > PULLED_FROM
            counts = (self.follower_counts[number], len(self.followees[number]))
            names = (f"user{number}", f"user{number}@example.org", "x", f"User {number}")
            yield (id_, *names, EPOCH, *counts, pulled, pulled)

    def _follow_rows(self) -> Iterator[Row]:
        number = 0
        for who, followed in self.followees.items():
            for whom in followed:
                number += 1
                pulled = self.follower_counts[whom] > PULLED_FROM
                moment = EPOCH + timedelta(seconds=number)
                yield (self.account_ids[who], self.account_ids[whom], uuid_at(moment, number), pulled)

    def _post_rows(self) -> Iterator[Row]:
        text = "The quick brown fox jumps over the lazy dog, and then it does so again. " * 2
        for number, author in enumerate(self.authors):
            id_, audience = self.post_id(number), "followers" if number % 10 == 0 else "public"
            yield (id_, self.account_ids[author], id_, "published", audience, text, self._moment(number), 2)

    def _reaction_rows(self) -> Iterator[Row]:
        for number in range(self.posts):
            for offset in (1, 2):
                who = self.account_ids[(number * 7 + offset) % self.accounts]
                yield (self.post_id(number), who, uuid_at(self._moment(number), number * 2 + offset), "like")

    def _save_rows(self) -> Iterator[Row]:
        for number in range(0, self.posts, 20):
            reader = self.account_ids[number // 20 % len(READERS)]
            yield (reader, self.post_id(number), uuid_at(self._moment(number), number))

    def _newest_followed(self, reader: int) -> list[int]:
        written = (whom for whom in self.followees[reader] if self.follower_counts[whom] <= PULLED_FROM)
        followed = {reader, *written}
        newest = (number for number in reversed(range(self.posts)) if self.authors[number] in followed)
        return [number for number, _ in zip(newest, range(TIMELINE_CAP), strict=False)]

    def _timeline_rows(self) -> Iterator[Row]:
        for reader in range(len(READERS)):
            newest = self._newest_followed(reader)
            floor = self.post_id(newest[-1]) if len(newest) == TIMELINE_CAP else None
            yield (self.account_ids[reader], "built", floor)

    def _entry_rows(self) -> Iterator[Row]:
        for reader in range(len(READERS)):
            for number in self._newest_followed(reader):
                yield (self.account_ids[reader], self.post_id(number), self.post_id(number))


_ACCOUNT = (
    *("id", "handle", "email", "password_hash", "display_name", "created_at"),
    *("followers_count", "following_count", "pulling", "pulled"),
)
_POST = ("id", "author_id", "feed_id", "status", "audience", "text", "created_at", "like_count")


async def write_postgres(dataset: Dataset, dsn: str) -> None:
    """Insert all rows, then let the planner look at them."""
    connection = await asyncpg.connect(dsn)
    await connection.set_type_codec("uuid", schema="pg_catalog", encoder=str, decoder=str, format="text")
    for table, columns, rows in dataset.tables():
        values = ",".join(f"${number}" for number in range(1, len(columns) + 1))
        statement = f"INSERT INTO {table} ({','.join(columns)}) VALUES ({values})"
        async with connection.transaction():
            await connection.executemany(statement, rows)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()


def write_sqlite(dataset: Dataset, path: str) -> None:
    """Insert all rows in one transaction."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    for table, columns, rows in dataset.tables():
        marks = ",".join("?" * len(columns))
        statement = f"INSERT INTO {table} ({','.join(columns)}) VALUES ({marks})"
        connection.executemany(statement, (tuple(map(_plain, row)) for row in rows))
    connection.commit()
    connection.execute("PRAGMA optimize=0x10002")
    connection.close()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    return value
