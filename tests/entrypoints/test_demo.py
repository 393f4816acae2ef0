"""The demo: believable, the same everywhere, exact, and never in the way of real content."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from adapters.passwords.argon2 import Argon2Hasher
from adapters.sql.accounts.profile_reader import SqlAccountReader
from adapters.sql.demo import has_address, is_empty, write_community
from adapters.sql.engines import Database, open_database
from adapters.sql.recount import recount
from adapters.sql.schema.metadata import metadata
from entrypoints.demo.chance import moment_of
from entrypoints.demo.community import community
from entrypoints.demo.making import password_hash
from entrypoints.demo.people import PASSWORD, SHOWN
from platform_core.accounts.model.credentials import email_address, handle_name
from platform_core.posts.model import MAX_TEXT
from platform_core.posts.use_cases.timelines import TIMELINE_CAP
from platform_core.shared.pagination import PageRequest
from tests.backends import Backend
from tests.entrypoints.conftest import Footlights
from tests.factories import NEW_YEAR

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@pytest.fixture(scope="module")
def rows() -> Rows:
    """The demo as seen at new year."""
    return community(NEW_YEAR, "hash")


def _database(backend: Backend) -> Database:
    assert backend.database is not None
    return backend.database


def _ignore(_table: str, _rows: int) -> None:
    pass


async def _stored(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, in the order of their keys."""
    found = {}
    async with database.writing.connect() as connection:
        for name, table in metadata.tables.items():
            stored = await connection.execute(select(table).order_by(*table.primary_key))
            found[name] = [tuple(row) for row in stored]
    return found


def test_it_is_the_same_for_the_same_moment(rows: Rows) -> None:
    assert community(NEW_YEAR, "hash") == rows
    assert community(NEW_YEAR + timedelta(days=1), "hash") != rows


def test_it_is_a_community_of_sixty_with_some_thousand_posts(rows: Rows) -> None:
    assert len(rows["accounts"]) == 60
    assert 2_500 < len(rows["posts"]) < 3_500
    assert len(rows["reactions"]) > 2 * len(rows["posts"])


def test_few_are_followed_by_many_and_most_by_few(rows: Rows) -> None:
    followers = sorted((row["followers_count"] for row in rows["accounts"]), reverse=True)
    assert followers[0] > 40
    assert followers[30] < followers[0] / 2
    assert sum(followers) == len(rows["follows"])


def test_everybody_could_have_registered(rows: Rows) -> None:
    for row in rows["accounts"]:
        assert email_address(row["email"]) == row["email"]
        assert handle_name(row["handle"]) == row["handle"]
        assert len(row["display_name"]) <= 100
        assert len(row["bio"]) <= 500


def test_texts_are_complete_and_seldom_repeated(rows: Rows) -> None:
    texts = [row["text"] for row in rows["posts"]]
    assert all(0 < len(text) <= MAX_TEXT and "{" not in text for text in texts)
    assert len(set(texts)) > 0.7 * len(texts)


def test_nothing_happens_before_its_cause_or_in_the_future(rows: Rows) -> None:
    joined = {row["id"]: row["created_at"] for row in rows["accounts"]}
    posts = {row["id"]: row for row in rows["posts"]}
    for row in rows["posts"]:
        assert joined[row["author_id"]] <= row["created_at"] < NEW_YEAR
        assert moment_of(row["feed_id"]) == row["created_at"]
    for row in rows["reactions"]:
        assert posts[row["post_id"]]["created_at"] <= moment_of(row["id"]) <= NEW_YEAR
    for row in rows["follows"]:
        assert max(joined[row["follower_id"]], joined[row["followee_id"]]) <= moment_of(row["id"]) <= NEW_YEAR


def test_nobody_reacts_to_what_they_cannot_see(rows: Rows) -> None:
    follows = {(row["follower_id"], row["followee_id"]) for row in rows["follows"]}
    apart = {(row["blocker_id"], row["blocked_id"]) for row in rows["blocks"]}
    accounts = {row["id"]: row for row in rows["accounts"]}
    posts = {row["id"]: row for row in rows["posts"]}
    for row in rows["reactions"]:
        reader, post = row["account_id"], posts[row["post_id"]]
        author = accounts[post["author_id"]]
        assert not apart & {(reader, author["id"]), (author["id"], reader)}
        is_open = post["audience"] == "public" and not author["locked"] and author["state"] == "active"
        assert is_open or (reader, author["id"]) in follows


def test_there_is_something_to_try_for_everybody_who_is_proposed(rows: Rows) -> None:
    ids = {row["handle"]: row["id"] for row in rows["accounts"]}
    assert set(SHOWN) <= set(ids)
    unread = Counter(row["account_id"] for row in rows["notifications"] if not row["read"])
    assert unread[ids["ada"]] > 0
    assert any(row["followee_id"] == ids["noor"] for row in rows["follow_requests"])
    roles = {row["handle"]: row["role"] for row in rows["accounts"]}
    assert (roles["theo"], roles["iris"]) == ("moderator", "administrator")


async def test_both_databases_hold_the_same(
    sqlite_tables_url: str, postgres_tables_url: str, rows: Rows
) -> None:
    stored = []
    for url in (sqlite_tables_url, postgres_tables_url):
        database = open_database(url)
        assert await write_community(database, rows, TIMELINE_CAP, _ignore)
        stored.append(await _stored(database))
        await database.close()
    for name in metadata.tables:
        assert stored[0][name] == stored[1][name], name


async def test_all_counters_are_right_and_feeds_are_written(sql: Backend, rows: Rows) -> None:
    database = _database(sql)
    sql.clock.advance(seconds=1)
    assert await is_empty(database)
    await write_community(database, rows, TIMELINE_CAP, _ignore)
    assert [drift async for step in recount(database) for drift in step.drifts] == []
    assert await sql.count("timelines", state="built") == 60
    ada = await SqlAccountReader(database, sql.clock).by_handle(None, "ada")
    assert ada is not None
    home = await sql.posts.home(ada.id, PageRequest(50))
    assert len(home.items) == 50


async def test_the_written_feed_is_the_one_that_would_be_read(sql: Backend, rows: Rows) -> None:
    """What is missing below a floor, or too much, would differ from the feed without timelines."""
    database = _database(sql)
    await write_community(database, rows, 40, _ignore)
    bruno = await SqlAccountReader(database, sql.clock).by_handle(None, "bruno")
    assert bruno is not None
    written = await _whole_feed(sql, bruno.id, 120)
    async with database.writing.begin() as connection:
        await connection.execute(metadata.tables["timelines"].delete())
    assert await _whole_feed(sql, bruno.id, 120) == written


async def _whole_feed(backend: Backend, account_id: str, length: int) -> list[str]:
    found: list[str] = []
    page = await backend.posts.home(account_id, PageRequest(30))
    while len(found) < length:
        found += [post.id for post in page.items]
        assert page.next is not None
        page = await backend.posts.home(account_id, PageRequest(30, before=page.next))
    return found


async def test_it_is_not_written_where_somebody_is_already(sql: Backend, rows: Rows) -> None:
    await sql.account("somebody")
    assert not await write_community(_database(sql), rows, TIMELINE_CAP, _ignore)
    assert await sql.count("accounts") == 1
    assert not await has_address(_database(sql), "ada@demo.example")


def test_its_password_is_hashed_as_everybodys() -> None:
    assert password_hash() == password_hash()
    assert PasswordHasher().verify(password_hash(), PASSWORD)
    assert not Argon2Hasher().is_outdated(password_hash())


def test_the_command_makes_it_once(footlights: Footlights) -> None:
    first = footlights("demo")
    assert first.exit_code == 0, first.output
    assert "The demo is ready." in first.output
    assert PASSWORD in first.output
    again = footlights("demo")
    assert again.exit_code == 0
    assert "nothing was written" in again.output
    assert footlights("recount").output.endswith("All counters are right.\n")


def test_the_command_refuses_to_mix_it_with_real_accounts(footlights: Footlights) -> None:
    made = footlights(
        "create-admin", "--email", "a@example.org", "--handle", "operator1", given="pa55-w0rd-x\n"
    )
    assert made.exit_code == 0, made.output
    refused = footlights("demo")
    assert refused.exit_code == 1
    assert "there are accounts already" in refused.output


def test_the_command_is_refused_in_production(footlights: Footlights) -> None:
    refused = footlights("demo", env={"FOOTLIGHTS_ENV": "production"})
    assert refused.exit_code == 2
    assert "refused in production" in refused.output
