"""Sessions and access tokens on every back end: whose they are, how long, and how they end."""

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from platform_core.accounts.model.credentials import WrongPassword
from platform_core.accounts.model.credentials_sessions import (
    MAX_ACCESS_TOKENS,
    AccessTokenRequest,
    Session,
    SessionKind,
    TooManyAccessTokens,
)
from platform_core.shared.actor import Actor, Role, Scope
from platform_core.shared.errors import Invalid, Unauthenticated, Unavailable
from platform_core.shared.pagination import Page, PageRequest
from platform_core.shared.signals import Topic
from tests.accounts import stored
from tests.backends import Backend
from tests.credentials import ANOTHER, AWAY, HOME, PASSWORD, Desk

BROWSER = evolve(HOME, kind=SessionKind.BROWSER)
ALL = PageRequest(100)
READS = AccessTokenRequest(" Backup ", frozenset({Scope.POSTS_READ}))


@pytest.fixture
def desk(backend: Backend) -> Desk:
    return Desk(backend)


async def sessions_of(desk: Desk, actor: Actor, page: PageRequest = ALL) -> Page[Any]:
    now = desk.clock.now()
    return await desk.reader.sessions(actor.id, actor.session_id, now, desk.lifetimes, page)


async def is_good(desk: Desk, token: str | None) -> bool:
    try:
        return bool(await desk.authenticate(token or ""))
    except Unauthenticated:
        return False


async def test_a_session_carries_all_that_the_role_allows(desk: Desk, backend: Backend) -> None:
    entrance = await desk.register()
    member = await desk.actor(entrance)
    await backend.change_account(member.id, role="moderator")
    moderator = await desk.actor(entrance)
    assert member.scopes == frozenset(Scope) - {Scope.ADMIN}
    assert (moderator.role, moderator.scopes) == (Role.MODERATOR, frozenset(Scope))
    assert member.session_id == moderator.session_id


async def test_what_is_no_token_of_ours_lets_nobody_in(desk: Desk) -> None:
    await desk.register()
    for token in ("", "nonsense", "x" * 201, "é", "\udc80"):
        assert not await is_good(desk, token)


async def test_many_tokens_are_told_apart_at_once(desk: Desk) -> None:
    ada, bob = await desk.register("ada"), await desk.register("bob")
    script = await desk.create_token(await desk.actor(ada), HOME, PASSWORD, READS)
    await desk.end_session(await desk.actor(bob))
    tokens = [str(ada.token), str(bob.token), script.token, "nonsense", "\udc80"]
    found = await desk.authenticate_many(tokens)
    assert set(found) == {ada.token, script.token}
    assert found[str(ada.token)] == await desk.actor(ada)
    assert found[script.token].scopes == {Scope.POSTS_READ}
    assert await desk.authenticate_many([]) == {}


async def test_an_app_is_signed_out_when_it_was_not_used_for_ninety_days(desk: Desk) -> None:
    entrance = await desk.register()
    for _ in range(3):
        desk.clock.advance(days=89)
        assert await is_good(desk, entrance.token), "each use renews it"
    desk.clock.advance(days=90)
    assert not await is_good(desk, entrance.token)


async def test_a_browser_is_signed_out_after_thirty_days_whatever_its_use(desk: Desk) -> None:
    idle = await desk.register(client=BROWSER)
    busy = await desk.log_in(client=BROWSER)
    for _ in range(29):
        desk.clock.advance(days=1)
        assert await is_good(desk, busy.token)
    assert not await is_good(desk, idle.token), "14 days unused"
    desk.clock.advance(days=1)
    assert not await is_good(desk, busy.token)


async def test_the_last_use_is_written_at_most_once_a_minute(desk: Desk) -> None:
    entrance = await desk.register()
    began = desk.clock.now()
    actor = await desk.actor(entrance)
    used = []
    for _ in range(5):
        desk.clock.advance(seconds=25)
        await desk.authenticate(entrance.token or "")
        used.append((await sessions_of(desk, actor)).items[0].last_used_at - began)
    assert used == [timedelta(seconds=seconds) for seconds in (0, 0, 75, 75, 75)]


async def test_a_use_is_noted_of_the_session_alone_and_once_a_minute(desk: Desk, backend: Backend) -> None:
    ada, other = await desk.member(), await desk.register("bob")
    now = desk.clock.now()
    async with backend.uow() as uow:
        for session_id, at in ((ada.session_id, 90), (ada.session_id, 100), (backend.ids.new(), 100)):
            moment = now + timedelta(seconds=at)
            await uow.sessions.note_use(session_id, moment, moment - timedelta(minutes=1))
        await uow.commit()
    (noted,) = (await sessions_of(desk, ada)).items
    (untouched,) = (await sessions_of(desk, await desk.actor(other))).items
    assert (noted.last_used_at, untouched.last_used_at) == (now + timedelta(seconds=90), now)


async def test_a_use_that_cannot_be_written_locks_nobody_out(desk: Desk) -> None:
    entrance = await desk.register()
    desk.clock.advance(minutes=5)

    def full(**options: Any) -> Any:
        raise Unavailable

    desk.uow = full
    assert await is_good(desk, entrance.token)


async def test_one_sees_ones_sessions_newest_first_page_by_page(desk: Desk) -> None:
    ada, app = await desk.member(), await desk.log_in(client=AWAY)
    await desk.log_in(client=BROWSER)
    await desk.register("bob")
    await desk.create_token(ada, HOME, PASSWORD, READS)
    asks = await desk.actor(app)
    first = await sessions_of(desk, asks, PageRequest(2))
    rest = await sessions_of(desk, asks, PageRequest(2, before=first.next))
    shown = [(one.kind, one.device, one.address, one.current) for one in (*first.items, *rest.items)]
    assert shown == [
        ("browser", HOME.device, HOME.address, False),
        ("app", AWAY.device, AWAY.address, True),
        ("app", HOME.device, HOME.address, False),
    ]
    assert first.items[1].expires_at == desk.clock.now() + desk.lifetimes.app_idle
    assert rest.next is None


async def test_what_has_ended_is_not_listed_and_is_cleared_away(desk: Desk, backend: Backend) -> None:
    ada = await desk.member(client=BROWSER)
    await desk.log_in()
    soon = AccessTokenRequest("Soon", frozenset({Scope.POSTS_READ}), desk.clock.now() + timedelta(days=1))
    await desk.create_token(ada, HOME, PASSWORD, soon)
    await desk.create_token(ada, HOME, PASSWORD, READS)
    desk.clock.advance(days=14)
    assert [one.kind for one in (await sessions_of(desk, ada)).items] == ["app"]
    assert len((await desk.reader.access_tokens(ada.id, ALL)).items) == 2
    await desk.forget_ended()
    assert [one.kind for one in (await sessions_of(desk, ada)).items] == ["app"]
    assert [one.name for one in (await desk.reader.access_tokens(ada.id, ALL)).items] == ["Backup"]
    assert await stored(backend, "sessions") == 2


async def test_logging_out_ends_this_session_alone_and_wakes_its_sockets(
    desk: Desk, backend: Backend
) -> None:
    here, there = await desk.register(), await desk.log_in()
    actor = await desk.actor(here)
    await desk.end_session(actor)
    await desk.end_session(actor)
    assert [await is_good(desk, one.token) for one in (here, there)] == [False, True]
    assert backend.signals.woken(Topic.ACCESS) == {actor.id}


async def test_nobody_ends_the_session_of_another(desk: Desk, backend: Backend) -> None:
    ada, bob = await desk.register("ada"), await desk.member("bob")
    await desk.end_session(bob, (await desk.actor(ada)).session_id)
    assert await is_good(desk, ada.token)
    assert backend.signals.woken(Topic.ACCESS) == set()


async def test_one_ends_all_other_sessions_and_keeps_the_tokens(desk: Desk, backend: Backend) -> None:
    here, there, bob = await desk.register(), await desk.log_in(), await desk.register("bob")
    actor = await desk.actor(here)
    script = await desk.create_token(actor, HOME, PASSWORD, READS)
    await desk.end_others(actor)
    good = [await is_good(desk, one.token) for one in (here, there, bob, script)]
    assert good == [True, False, True, True]
    assert backend.signals.woken(Topic.ACCESS) == {actor.id}


async def test_a_suspension_ends_sessions_and_tokens(desk: Desk, backend: Backend) -> None:
    here, bob = await desk.register(), await desk.register("bob")
    script = await desk.create_token(await desk.actor(here), HOME, PASSWORD, READS)
    async with backend.uow() as uow:
        await uow.sessions.remove_all(here.account_id)
        await uow.commit()
    assert [await is_good(desk, one.token) for one in (here, script, bob)] == [False, False, True]


async def test_an_access_token_has_the_scopes_that_were_chosen(desk: Desk) -> None:
    ada = await desk.member()
    made = await desk.create_token(ada, HOME, PASSWORD, READS)
    actor = await desk.authenticate(made.token)
    assert (actor.id, actor.scopes, actor.session_id) == (ada.id, frozenset({"posts:read"}), None)
    assert made.token not in repr(made)
    (listed,) = (await desk.reader.access_tokens(ada.id, ALL)).items
    assert made.access_token == evolve(listed, last_used_at=None)
    assert (listed.name, listed.scopes, listed.last_used_at) == (
        "Backup",
        ("posts:read",),
        desk.clock.now(),
    )


async def test_an_access_token_ends_at_its_time_and_when_it_is_revoked(desk: Desk) -> None:
    ada = await desk.member()
    soon = evolve(READS, expires_at=desk.clock.now() + timedelta(hours=1))
    short = await desk.create_token(ada, HOME, PASSWORD, soon)
    long = await desk.create_token(ada, HOME, PASSWORD, READS)
    desk.clock.advance(hours=1)
    assert [await is_good(desk, one.token) for one in (short, long)] == [False, True]
    await desk.end_session(ada, long.access_token.id)
    assert not await is_good(desk, long.token)


async def test_an_access_token_that_asks_for_too_much_is_refused(desk: Desk, backend: Backend) -> None:
    ada = await desk.member()
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("scopes", {"scopes": frozenset({Scope.ADMIN})}),
        ("scopes", {"scopes": frozenset()}),
        ("scopes", {"scopes": frozenset({"everything"})}),
        ("name", {"name": " "}),
        ("name", {"name": "x" * 101}),
        ("expires_at", {"expires_at": desk.clock.now()}),
    ]
    for field, given in wrong:
        with pytest.raises(Invalid) as refused:
            await desk.create_token(ada, HOME, PASSWORD, evolve(READS, **given))
        assert refused.value.errors[0].field == field
    assert await stored(backend, "sessions") == 1


async def test_a_borrowed_session_makes_no_access_token(desk: Desk, backend: Backend) -> None:
    ada = await desk.member()
    with pytest.raises(WrongPassword):
        await desk.create_token(ada, HOME, ANOTHER, READS)
    assert await stored(backend, "sessions") == 1


async def test_there_is_an_end_to_access_tokens(desk: Desk, backend: Backend) -> None:
    ada = await desk.member()
    async with backend.uow() as uow:
        for number in range(MAX_ACCESS_TOKENS):
            kind, now = SessionKind.ACCESS_TOKEN, desk.clock.now()
            await uow.sessions.add(Session(desk.mint.ids.new(), ada.id, kind, f"{number:064}", "Old", now))
        await uow.commit()
    with pytest.raises(TooManyAccessTokens):
        await desk.create_token(ada, HOME, PASSWORD, READS)


async def test_a_fully_populated_session_comes_back_as_it_was_stored(desk: Desk, backend: Backend) -> None:
    ada = await backend.account("ada")
    now = desk.clock.now()
    session = Session(
        backend.ids.new(),
        ada,
        SessionKind.ACCESS_TOKEN,
        "d" * 64,
        "label",
        now,
        "2001:db8::1",
        now + timedelta(minutes=1),
        frozenset({"posts:read", "posts:write"}),
        now + timedelta(days=1),
    )
    async with backend.uow() as uow:
        await uow.sessions.add(session)
        await uow.commit()
    standing = await desk.reader.standing("d" * 64)
    assert standing is not None
    assert standing.session == session
    assert await desk.reader.standing("e" * 64) is None
