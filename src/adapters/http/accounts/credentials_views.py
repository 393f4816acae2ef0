"""What the routes of credentials take and give in common."""

from typing import Annotated, Literal

from attrs import field, frozen
from msgspec import UNSET, Meta, UnsetType

from adapters.http.addresses import address_key
from adapters.http.call import Answer, Call, SessionCookie
from adapters.http.openapi_schemas import OPTIONAL
from adapters.wire.inputs import Input
from platform_core.accounts.model.credentials import MAX_PASSWORD
from platform_core.accounts.model.credentials_sessions import Client, SessionKind, SessionLifetimes
from platform_core.accounts.model.profile import MeView

Password = Annotated[str, Meta(min_length=1, max_length=MAX_PASSWORD)]
Secret = Annotated[str, Meta(min_length=1, max_length=200)]
"""A token, or a code as somebody types it."""
Holder = Literal["bearer", "cookie"]
"""Where the session's token is kept: by the client, or as a cookie that scripts cannot read."""

_MAY_BE_ABSENT = Meta(extra_json_schema={OPTIONAL: True})
_Text = Annotated[str, _MAY_BE_ABSENT] | UnsetType
_ADDRESS = 45
"""Characters of the longest IPv6 address, one that embeds an IPv4 address."""


class PasswordInput(Input, frozen=True):
    """The password, asked for again."""

    password: Password


class LinkTokenInput(Input, frozen=True):
    """The token of a link that was sent by mail."""

    token: Secret


@frozen
class RegisteredView:
    """A new account with its session; or ``state: pending``, where the operator has to approve it.

    ``token`` is absent where the session is a cookie.
    """

    token: _Text = field(default=UNSET, repr=False)
    account: Annotated[MeView, _MAY_BE_ABSENT] | UnsetType = UNSET
    state: _Text = UNSET


@frozen
class SignedInView:
    """A session and its account; or ``mfa_token``, to send with a code of the second factor.

    ``token`` is absent where the session is a cookie.
    """

    token: _Text = field(default=UNSET, repr=False)
    account: Annotated[MeView, _MAY_BE_ABSENT] | UnsetType = UNSET
    mfa_token: _Text = field(default=UNSET, repr=False)


@frozen
class AcceptedView:
    """It was taken note of; what follows happens by mail, if anything."""

    state: str = "accepted"


def client_of(call: Call, holder: Holder = "bearer") -> Client:
    """Return whence a call comes, for the list of sessions and the counting of failures."""
    # Header bytes that are no UTF-8 arrive as halves of characters, which no database keeps.
    device = call.user_agent.encode("utf-8", "replace").decode()
    kind = SessionKind.BROWSER if holder == "cookie" else SessionKind.APP
    return Client(call.address[:_ADDRESS], address_key(call.address), device, kind)


def entered(
    view: type[RegisteredView] | type[SignedInView],
    token: str,
    account: MeView,
    holder: Holder,
    lifetimes: SessionLifetimes,
) -> Answer:
    """Return the answer that hands over a session, in its body or as a cookie."""
    if holder == "bearer":
        return Answer(view(token, account))
    seconds = int(lifetimes.browser.total_seconds())
    return Answer(view(account=account), cookie=SessionCookie(token, seconds))
