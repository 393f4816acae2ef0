"""Who is asking. An actor comes from a session or a token, never from a body."""

from enum import StrEnum
from typing import Protocol

from attrs import frozen

from platform_core.shared.errors import Forbidden, Unauthenticated


class Role(StrEnum):
    """What an account may do beyond its own things."""

    MEMBER = "member"
    MODERATOR = "moderator"
    ADMINISTRATOR = "administrator"


_RANK = {Role.MEMBER: 0, Role.MODERATOR: 1, Role.ADMINISTRATOR: 2}


class Scope(StrEnum):
    """What a token may be used for; a session of a person carries all that the role allows."""

    ACCOUNTS_READ = "accounts:read"
    ACCOUNTS_WRITE = "accounts:write"
    POSTS_READ = "posts:read"
    POSTS_WRITE = "posts:write"
    NOTIFICATIONS_READ = "notifications:read"
    NOTIFICATIONS_WRITE = "notifications:write"
    ADMIN = "admin"


@frozen
class Actor:
    """The account that acts, its role, the scopes of its token and the session it came through; or nobody."""

    account_id: str | None = None
    role: Role = Role.MEMBER
    scopes: frozenset[str] = frozenset()
    session_id: str | None = None

    @property
    def id(self) -> str:
        """The id of the acting account. Raises ``Unauthenticated`` for nobody."""
        if self.account_id is None:
            raise Unauthenticated
        return self.account_id

    def may_act_as(self, role: Role) -> bool:
        """Whether this actor's role is at least ``role``."""
        return self.account_id is not None and _RANK[self.role] >= _RANK[role]

    def require(self, role: Role) -> None:
        """Raise ``Unauthenticated`` or ``Forbidden`` unless the actor's role is at least ``role``."""
        if not self.may_act_as(role):
            raise Forbidden if self.id else Unauthenticated

    def has_scope(self, scope: str) -> bool:
        """Whether the token that the actor came with may be used for ``scope``."""
        return scope in self.scopes


NOBODY = Actor()
"""The actor of a request without a session."""


class Authenticator(Protocol):
    """Tells whose token it is."""

    async def __call__(self, token: str) -> Actor:
        """Return the actor of a session's or access token. Raises ``Unauthenticated`` for any other text."""
        ...
