"""What is expected of every route and every socket event. Whatever is not written here fails the run."""

from collections.abc import Callable
from typing import Any

from attrs import frozen

from tests.matrix.grids import Grid
from tests.matrix.sights import (
    ACCOUNT_CARDS,
    ACCOUNTS_SEEN,
    BLOCKABLE,
    BLOCKED,
    CARDS,
    DISLIKED_POSTS,
    FOLLOWABLE,
    FOLLOWED,
    FOLLOWERS,
    FOLLOWS_LISTED,
    GOVERNED,
    INVITATIONS,
    MANAGED,
    MUTABLE,
    MUTED,
    NO_POSTS,
    NOTHING,
    NOTIFICATIONS,
    NUMBERS_SEEN,
    OWN_POSTS,
    POSTS_LISTED,
    POSTS_SEEN,
    REACTED_POSTS,
    REQUESTS,
    SAVED_POSTS,
    SESSIONS,
    TOKENS,
)
from tests.matrix.world import HANDLES, PASSWORD, World

Body = Callable[[World, str], Any] | Any
Given = Callable[[World, str], Any]


@frozen
class Row:
    """One route: who gets in, what it reaches for, and what good and vain calls are answered with."""

    gate: str
    scope: str | None
    ok: int
    on: Grid
    no: int = 404
    body: Body = None
    query: str = ""
    """With ``{id}`` in place of the target."""
    given: Given | None = None
    """Prepares what a good call needs of the viewer's own state; what it returns is awaited."""


def _open(ok: int, on: Grid = NOTHING, **more: Any) -> Row:
    return Row("open", None, ok, on, **more)


def _public(scope: str, ok: int, on: Grid = NOTHING, **more: Any) -> Row:
    return Row("public", scope, ok, on, **more)


def _session(scope: str, ok: int, on: Grid = NOTHING, **more: Any) -> Row:
    return Row("session", scope, ok, on, **more)


def _person(scope: str, ok: int, on: Grid = NOTHING, **more: Any) -> Row:
    return Row("person", scope, ok, on, **more)


def _moderator(ok: int, on: Grid = NOTHING, **more: Any) -> Row:
    return Row("moderator", "admin", ok, on, **more)


def _administrator(ok: int, on: Grid = NOTHING, **more: Any) -> Row:
    return Row("administrator", "admin", ok, on, **more)


_AGAIN = {"password": PASSWORD}
_ANOTHER = "another harbour lantern 43"
_READ_ACCOUNTS, _WRITE_ACCOUNTS = "accounts:read", "accounts:write"
_READ_POSTS, _WRITE_POSTS = "posts:read", "posts:write"
_READ_NOTICES, _WRITE_NOTICES = "notifications:read", "notifications:write"
_NEWCOMER = {"email": "new@example.org", "password": PASSWORD, "handle": "newcomer", "display_name": "New"}
_PROGRAM = {"name": "a program", "scopes": ["posts:read"], **_AGAIN}


def _factor(confirmed: bool) -> Given:
    return lambda world, who: world.add_factor(who, confirmed=confirmed)


def _unverified(world: World, who: str) -> Any:
    return world.backend.change_account(world.accounts[who], email_verified_at=None)


ROUTES: dict[str, Row] = {
    "POST /auth/register": _open(201, body=_NEWCOMER),
    "POST /auth/login": _open(200, body={"login": HANDLES["open"], **_AGAIN}),
    "POST /auth/mfa": _open(200, body=lambda world, who: {"mfa_token": "challenge", "code": world.code}),
    "POST /auth/logout": _person(_WRITE_ACCOUNTS, 204),
    "GET /auth/sessions": _person(_READ_ACCOUNTS, 200),
    "GET /auth/tokens": _person(_READ_ACCOUNTS, 200),
    "POST /auth/tokens": _person(_WRITE_ACCOUNTS, 201, body=_PROGRAM),
    "DELETE /auth/sessions": _person(_WRITE_ACCOUNTS, 204),
    "DELETE /auth/sessions/{session_id}": _person(_WRITE_ACCOUNTS, 204, SESSIONS, no=204),
    "DELETE /auth/tokens/{token_id}": _person(_WRITE_ACCOUNTS, 204, TOKENS, no=204),
    "POST /auth/password/forgot": _open(202, body={"email": "author_open@example.org"}),
    "POST /auth/password/reset": _open(204, body={"token": "reset", "password": _ANOTHER}),
    "POST /auth/password/change": _person(_WRITE_ACCOUNTS, 204, body={**_AGAIN, "new_password": _ANOTHER}),
    "POST /auth/email/verify": _open(200, body={"token": "verify"}),
    "POST /auth/email/resend": _person(_WRITE_ACCOUNTS, 202, given=_unverified),
    "POST /auth/email/change": _person(_WRITE_ACCOUNTS, 202, body={"email": "other@example.org", **_AGAIN}),
    "POST /auth/email/stop": _open(204, body={"token": "stop_change"}),
    "GET /auth/totp": _person(_READ_ACCOUNTS, 200),
    "POST /auth/totp": _person(_WRITE_ACCOUNTS, 201, body=_AGAIN),
    "POST /auth/totp/confirm": _person(
        _WRITE_ACCOUNTS, 200, body=lambda world, who: {"code": world.code}, given=_factor(False)
    ),
    "POST /auth/totp/disable": _person(_WRITE_ACCOUNTS, 204, body=_AGAIN, given=_factor(True)),
    "POST /auth/recovery-codes": _person(_WRITE_ACCOUNTS, 200, body=_AGAIN, given=_factor(True)),
    "GET /admin/invitations": _administrator(200),
    "POST /admin/invitations": _administrator(201, body={}),
    "DELETE /admin/invitations/{invitation_id}": _administrator(204, INVITATIONS, no=204),
    "GET /accounts": _public(_READ_ACCOUNTS, 200, ACCOUNTS_SEEN, no=200, query="id={id}"),
    "GET /accounts/me": _session(_READ_ACCOUNTS, 200),
    "GET /accounts/{account_id}": _public(_READ_ACCOUNTS, 200, ACCOUNTS_SEEN),
    "GET /accounts/by-handle/{handle}": _public(_READ_ACCOUNTS, 200, ACCOUNTS_SEEN),
    "GET /accounts/{account_id}/stats": _public(_READ_ACCOUNTS, 200, NUMBERS_SEEN),
    "PATCH /accounts/me": _session(_WRITE_ACCOUNTS, 200, body={"bio": "Something new"}),
    "GET /accounts/{account_id}/followers": _public(_READ_ACCOUNTS, 200, FOLLOWS_LISTED),
    "GET /accounts/{account_id}/following": _public(_READ_ACCOUNTS, 200, FOLLOWS_LISTED),
    "GET /accounts/me/follow-requests": _session(_READ_ACCOUNTS, 200),
    "GET /accounts/me/blocks": _session(_READ_ACCOUNTS, 200),
    "GET /accounts/me/mutes": _session(_READ_ACCOUNTS, 200),
    "GET /accounts/me/badges": _session(_READ_ACCOUNTS, 200),
    "GET /accounts/suggestions": _session(_READ_ACCOUNTS, 200),
    "GET /accounts/relationships": _session(_READ_ACCOUNTS, 200, ACCOUNTS_SEEN, no=200, query="id={id}"),
    "PUT /accounts/{account_id}/follow": _session(_WRITE_ACCOUNTS, 200, FOLLOWABLE, body={}),
    "PUT /accounts/{account_id}/block": _session(_WRITE_ACCOUNTS, 200, BLOCKABLE),
    "PUT /accounts/{account_id}/mute": _session(_WRITE_ACCOUNTS, 200, MUTABLE, body={}),
    "PUT /accounts/me/follow-requests/{account_id}": _session(_WRITE_ACCOUNTS, 200, REQUESTS),
    "DELETE /accounts/{account_id}/follow": _session(_WRITE_ACCOUNTS, 204, FOLLOWED, no=204),
    "DELETE /accounts/{account_id}/block": _session(_WRITE_ACCOUNTS, 204, BLOCKED, no=204),
    "DELETE /accounts/{account_id}/mute": _session(_WRITE_ACCOUNTS, 204, MUTED, no=204),
    "DELETE /accounts/me/follow-requests/{account_id}": _session(_WRITE_ACCOUNTS, 204, REQUESTS, no=204),
    "DELETE /accounts/me/followers/{account_id}": _session(_WRITE_ACCOUNTS, 204, FOLLOWERS, no=204),
    "GET /admin/accounts": _moderator(200),
    "GET /admin/accounts/{account_id}": _moderator(200, MANAGED),
    "PATCH /admin/accounts/{account_id}": _moderator(200, GOVERNED, body={"state": "limited"}),
    "GET /feeds/home": _session(_READ_POSTS, 200),
    "GET /feeds/explore": _public(_READ_POSTS, 200),
    "GET /feeds/saved": _session(_READ_POSTS, 200),
    "GET /accounts/{account_id}/posts": _public(_READ_POSTS, 200, POSTS_LISTED),
    "GET /posts/{post_id}/history": _public(_READ_POSTS, 200, POSTS_SEEN),
    "GET /posts/{post_id}/reactions": _public(_READ_POSTS, 200, POSTS_SEEN),
    "GET /posts": _public(_READ_POSTS, 200, POSTS_SEEN, no=200, query="id={id}"),
    "GET /posts/{post_id}": _public(_READ_POSTS, 200, POSTS_SEEN),
    "POST /posts": _session(_WRITE_POSTS, 201, body={"text": "Good morning"}),
    "PATCH /posts/{post_id}": _session(_WRITE_POSTS, 200, OWN_POSTS, body={"text": "Better words"}),
    "DELETE /posts/{post_id}": _session(_WRITE_POSTS, 204, OWN_POSTS),
    "POST /posts/{post_id}/view": _session(_WRITE_POSTS, 204, POSTS_SEEN),
    "PUT /posts/{post_id}/reaction": _session(_WRITE_POSTS, 200, POSTS_SEEN, body={"kind": "love"}),
    "PUT /posts/{post_id}/dislike": _session(_WRITE_POSTS, 200, POSTS_SEEN),
    "PUT /posts/{post_id}/save": _session(_WRITE_POSTS, 200, POSTS_SEEN),
    "DELETE /posts/{post_id}/reaction": _session(_WRITE_POSTS, 204, REACTED_POSTS, no=204),
    "DELETE /posts/{post_id}/dislike": _session(_WRITE_POSTS, 204, DISLIKED_POSTS, no=204),
    "DELETE /posts/{post_id}/save": _session(_WRITE_POSTS, 204, SAVED_POSTS, no=204),
    "GET /notifications": _session(_READ_NOTICES, 200),
    "GET /notifications/unread-count": _session(_READ_NOTICES, 200),
    "PUT /notifications/read": _session(
        _WRITE_NOTICES, 204, body=lambda world, who: {"up_to": world.things["notification open"]}
    ),
    "PUT /notifications/{notification_id}/read": _session(_WRITE_NOTICES, 204, NOTIFICATIONS),
    "DELETE /notifications/{notification_id}": _session(_WRITE_NOTICES, 204, NOTIFICATIONS, no=204),
    "GET /events": _session(_READ_NOTICES, 200),
    "GET /@{handle}": _open(200, ACCOUNT_CARDS),
    "GET /p/{post}": _open(200, CARDS),
    **{
        f"GET {path}": _open(200)
        for path in (
            *(
                "/confirm",
                "/confirm/page.css",
                "/confirm/page.js",
                "/",
                "/mail",
                "/instance",
                "/openapi.json",
            ),
            *("/healthz", "/readyz", "/docs", "/docs/docs.css", "/docs/docs.js"),
        )
    },
}


@frozen
class Event:
    """One socket event: the scope that it needs, and what it reaches for."""

    scope: str
    on: Grid
    payload: str
    """The name of the field that the target's id goes into."""
    no: str | None = "not_found"
    """The code of the refusal of a vain call; none if it is acknowledged like a good one."""


EVENTS: dict[str, Event] = {
    "post:watch": Event(_READ_POSTS, POSTS_SEEN, "post_id"),
    "post:unwatch": Event(_READ_POSTS, NO_POSTS, "post_id", no=None),
}
