"""Counters that drifted are found and set right, also while others change them."""

import asyncio
import sqlite3
from pathlib import Path

from sqlalchemy import text

from adapters.sql.recount import COUNTERS, Drift, recount
from adapters.sql.schema.metadata import metadata
from platform_core.posts.model import ReactionKind
from tests.backends import Backend
from tests.entrypoints.conftest import Footlights
from tests.factories import post


async def _drifts(backend: Backend, *, fix: bool = False) -> list[Drift]:
    assert backend.database is not None
    return [drift async for step in recount(backend.database, fix=fix) for drift in step.drifts]


async def _run(backend: Backend, statement: str) -> None:
    assert backend.database is not None
    async with backend.database.writing.begin() as connection:
        await connection.execute(text(statement))


async def _world(backend: Backend) -> tuple[str, str, str]:
    """Ada follows Ben, who wrote a post that Ada likes; all of it counted."""
    ada, ben = await backend.accounts("ada", "ben")
    await backend.follow(ada, ben)
    await backend.change_account(ada, following_count=1)
    await backend.change_account(ben, followers_count=1, posts_count=1)
    post_id = backend.ids.new()
    async with backend.uow() as uow:
        await uow.posts.add(post(post_id, ben))
        await uow.reactions.put(backend.ids.new(), post_id, ada, ReactionKind.LIKE)
        await uow.posts.count(post_id, {ReactionKind.LIKE: 1})
        await uow.commit()
    return ada, ben, post_id


async def test_right_counters_are_left_alone(sql: Backend) -> None:
    await _world(sql)
    assert await _drifts(sql) == []


async def test_each_wrong_counter_is_named_with_both_numbers(sql: Backend) -> None:
    ada, ben, post_id = await _world(sql)
    await sql.change_account(ada, following_count=5)
    await sql.change_account(ben, followers_count=0, posts_count=7)
    await _run(sql, "UPDATE posts SET like_count = 3, love_count = 2")
    found = await _drifts(sql)
    assert set(found) == {
        Drift("accounts", ada, "following_count", 5, 1),
        Drift("accounts", ben, "followers_count", 0, 1),
        Drift("accounts", ben, "posts_count", 7, 1),
        Drift("posts", post_id, "like_count", 3, 1),
        Drift("posts", post_id, "love_count", 2, 0),
    }
    assert await _drifts(sql) == found  # looking changes nothing


async def test_wrong_counters_are_set_right(sql: Backend) -> None:
    ada, _, _ = await _world(sql)
    await sql.change_account(ada, following_count=5, followers_count=2)
    await _run(sql, "UPDATE posts SET dislike_count = 4")
    assert len(await _drifts(sql, fix=True)) == 3
    assert await _drifts(sql) == []
    assert (await sql.account_row(ada)).following_count == 1


async def test_posts_for_oneself_and_deleted_ones_do_not_count(sql: Backend) -> None:
    await _world(sql)
    await _run(sql, "UPDATE posts SET audience = 'private'")
    assert [drift.counted for drift in await _drifts(sql)] == [0]
    await _run(sql, "UPDATE posts SET audience = 'public', feed_id = NULL")
    assert [drift.counted for drift in await _drifts(sql)] == [0]


async def test_setting_right_and_changing_at_once_leave_the_right_number(sql: Backend) -> None:
    """The counters drift on purpose and are mended over and over while people react."""
    _, _, post_id = await _world(sql)
    people = await sql.accounts(*(f"reader{number}" for number in range(12)))

    async def react(account_id: str) -> None:
        async with sql.uow() as uow:
            await uow.posts.get(post_id)
            await uow.reactions.put(sql.ids.new(), post_id, account_id, ReactionKind.LIKE)
            await uow.posts.count(post_id, {ReactionKind.LIKE: 1})
            await uow.commit()

    async def mend() -> None:
        for _ in range(6):
            await _run(sql, "UPDATE posts SET like_count = like_count + 1")
            await _drifts(sql, fix=True)

    await asyncio.gather(mend(), *(react(account_id) for account_id in people))
    await _drifts(sql, fix=True)
    assert await _drifts(sql) == []
    assert await sql.count("posts", like_count=13) == 1


def test_every_counter_of_the_tables_is_counted() -> None:
    shown = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if column.name.endswith("_count")
    }
    counted = {(counted.table.name, name) for counted in COUNTERS for name in counted.counters}
    # Of views only each viewer's last look is kept: there is nothing to compare.
    assert shown - counted == {("posts", "view_count")}


def test_the_command_says_what_is_wrong_and_mends_it_when_asked(
    footlights: Footlights, tmp_path: Path
) -> None:
    admin = ("create-admin", "--email", "a@example.org", "--handle", "operator1")
    assert footlights(*admin, given="pa55-w0rd-x\n").exit_code == 0
    with sqlite3.connect(tmp_path / "data" / "footlights.db") as connection:
        connection.execute("UPDATE accounts SET followers_count = followers_count + 1")
    connection.close()
    wrong = footlights("recount")
    assert wrong.exit_code == 1
    assert "Counters that are wrong: 1." in wrong.output
    mended = footlights("recount", "--fix")
    assert mended.exit_code == 0
    assert "right now: 1." in mended.output
    assert footlights("recount").exit_code == 0


def test_the_command_refuses_a_database_without_tables(footlights: Footlights) -> None:
    refused = footlights("recount")
    assert refused.exit_code == 1
    assert "run `footlights migrate`" in refused.output


async def test_a_deleted_post_that_is_being_cleared_away_is_no_drift(sql: Backend) -> None:
    _, ben, post_id = await _world(sql)
    await sql.change_account(ben, posts_count=0)
    await _run(sql, "UPDATE posts SET feed_id = NULL")
    assert await _drifts(sql) == []
    await _run(sql, "DELETE FROM reactions")
    assert await _drifts(sql) == []
    assert post_id not in {drift.id for drift in await _drifts(sql, fix=True)}
