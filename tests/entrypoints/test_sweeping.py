"""What has been kept long enough goes, and clients can tell that it has gone."""

from datetime import timedelta

from adapters.sql.sweeping import SqlSweeper
from platform_core.shared.events import Delivery
from platform_core.shared.idempotency import Claim
from tests.backends import Backend

KEPT = timedelta(hours=24)


def _sweeper(backend: Backend) -> SqlSweeper:
    assert backend.database is not None
    return SqlSweeper(backend.database, backend.clock, KEPT)


async def _tell(backend: Backend, *account_ids: str) -> None:
    async with backend.uow() as uow:
        await uow.client_events.append(account_ids, "badge:changed", {})
        await uow.commit()


async def test_old_client_events_go_and_the_log_says_from_where_on_it_is_complete(sql: Backend) -> None:
    ada, ben, eve = await sql.accounts("ada", "ben", "eve")
    for _ in range(3):
        await _tell(sql, ada, ben)
    sql.clock.advance(hours=20)
    await _tell(sql, ada)
    sql.clock.advance(hours=5)
    await _tell(sql, eve)
    await _sweeper(sql)()
    kept = await sql.client_events.since({ada: 0, ben: 0, eve: 0}, 100)
    assert [(event.account_id, event.seq) for event in kept] == sorted([(ada, 4), (eve, 1)])
    assert await sql.client_events.oldest_kept(ada) == 4
    assert await sql.client_events.oldest_kept(ben) == 4
    assert await sql.client_events.oldest_kept(eve) == 1
    assert await sql.client_events.position(ben) == 3


async def test_sweeping_again_changes_nothing(sql: Backend) -> None:
    (ada,) = await sql.accounts("ada")
    await _tell(sql, ada)
    sql.clock.advance(hours=25)
    await _sweeper(sql)()
    await _sweeper(sql)()
    assert await sql.client_events.oldest_kept(ada) == 2
    await _tell(sql, ada)
    assert await sql.client_events.position(ada) == 2


async def test_deliveries_and_idempotency_keys_go_after_a_day(sql: Backend) -> None:
    (ada,) = await sql.accounts("ada")
    async with sql.uow() as uow:
        assert await uow.deliveries.first(Delivery("subscriber", sql.ids.new()))
        await uow.commit()
    await sql.idempotency.claim(Claim(ada, "key", "fingerprint"))
    sql.clock.advance(hours=23)
    await _sweeper(sql)()
    assert (await sql.count("deliveries"), await sql.count("idempotency_keys")) == (1, 1)
    sql.clock.advance(hours=2)
    await _sweeper(sql)()
    assert (await sql.count("deliveries"), await sql.count("idempotency_keys")) == (0, 0)
