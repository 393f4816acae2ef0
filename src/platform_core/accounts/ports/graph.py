"""What the graph between accounts needs from the world."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Protocol

from platform_core.accounts.model.graph import AccountRelationship, Bond, FollowTerms
from platform_core.accounts.model.profile import AccountView
from platform_core.shared.pagination import Page, PageRequest
from platform_core.shared.unit_of_work import UnitOfWork


class Follows(Protocol):
    """Who follows whom, with the counters on both accounts. Callers hold the locks of ``bond``."""

    async def bond(self, account_id: str, other_id: str) -> Bond | None:
        """Lock both accounts, lower id first, and tell how they stand to each other.

        None if one of them is not there. The order of the locks keeps two transactions from waiting for
        each other; whoever changes anything between two accounts goes through here.
        """
        ...

    async def add(self, follow_id: str, follower_id: str, followee_id: str, terms: FollowTerms) -> None:
        """Store a follow and count it on both sides; it inherits the followee's mark of being pulled."""
        ...

    async def change(self, follower_id: str, followee_id: str, terms: FollowTerms) -> None:
        """Store other terms."""
        ...

    async def remove(self, follower_id: str, followee_id: str) -> bool:
        """Forget a follow and count it no longer; False if there was none."""
        ...

    async def start_pulling(self, followee_id: str, threshold: int) -> bool:
        """Mark an account with ``threshold`` followers or more as one to be pulled.

        True the first time: from then on new follows are marked, and the older ones are to be.
        """
        ...


class FollowRequests(Protocol):
    """Who asks to follow whom."""

    async def add(self, request_id: str, follower_id: str, followee_id: str, terms: FollowTerms) -> None:
        """Store a request."""
        ...

    async def change(self, follower_id: str, followee_id: str, terms: FollowTerms) -> None:
        """Store other terms."""
        ...

    async def remove(self, follower_id: str, followee_id: str) -> bool:
        """Forget a request; False if there was none."""
        ...


class Blocks(Protocol):
    """Who blocks whom."""

    async def add(self, block_id: str, blocker_id: str, blocked_id: str) -> None:
        """Store a block; nothing happens if it is there."""
        ...

    async def remove(self, blocker_id: str, blocked_id: str) -> bool:
        """Forget a block; False if there was none."""
        ...


class Mutes(Protocol):
    """Who has muted whom, and until when."""

    async def put(self, mute_id: str, muter_id: str, muted_id: str, until: datetime | None) -> None:
        """Store a mute; one that is there keeps its id and gets the new end."""
        ...

    async def remove(self, muter_id: str, muted_id: str) -> bool:
        """Forget a mute; False if there was none."""
        ...


class GraphUnitOfWork(UnitOfWork, Protocol):
    """A transaction on the graph between accounts."""

    @property
    def follows(self) -> Follows:
        """The follows."""
        ...

    @property
    def follow_requests(self) -> FollowRequests:
        """The requests to follow."""
        ...

    @property
    def blocks(self) -> Blocks:
        """The blocks."""
        ...

    @property
    def mutes(self) -> Mutes:
        """The mutes."""
        ...


GraphTransactions = Callable[[], GraphUnitOfWork]
"""Opens a transaction on the graph."""


class GraphReader(Protocol):
    """Lists of accounts, each ordered by the id of the row that puts it there, latest first.

    Left out of every list are accounts that are suspended or deleted, and those that block the viewer; out
    of the lists of followers also those that the viewer blocks, and limited accounts unless the viewer
    follows them or the list is the viewer's own. ``viewer.mutual_followers`` is null in lists.
    """

    async def followers(
        self, viewer_id: str | None, account_id: str, page: PageRequest
    ) -> Page[AccountView] | None:
        """Return who follows the account; None if the viewer may not know.

        The lists of a locked or limited account are for itself and its followers.
        """
        ...

    async def following(
        self, viewer_id: str | None, account_id: str, page: PageRequest
    ) -> Page[AccountView] | None:
        """Return whom the account follows; None as for ``followers``."""
        ...

    async def follow_requests(self, account_id: str, page: PageRequest) -> Page[AccountView]:
        """Return who asks to follow the account."""
        ...

    async def blocks(self, account_id: str, page: PageRequest) -> Page[AccountView]:
        """Return whom the account blocks, also those who block it; each view is a reduced one."""
        ...

    async def mutes(self, account_id: str, page: PageRequest) -> Page[AccountView]:
        """Return whom the account has muted for now."""
        ...

    async def relationships(
        self, viewer_id: str, account_ids: Collection[str]
    ) -> tuple[AccountRelationship, ...]:
        """Return how the viewer stands to those of the accounts that it may know of, in the order asked."""
        ...

    async def suggestions(self, viewer_id: str, limit: int) -> tuple[AccountView, ...]:
        """Return accounts to follow: most followed by those one follows, then the most followed of all.

        Neither oneself nor anybody followed, requested, blocked in either direction, muted or limited.
        Reckoned from the 50 latest follows of oneself and of each of those, so it costs the same whatever
        the number of accounts.
        """
        ...

    async def count_follow_requests(self, account_id: str) -> int:
        """Return how many ask to follow the account, counted up to 100."""
        ...


class UnreadNotifications(Protocol):
    """How many notifications wait; the notifications context answers."""

    async def __call__(self, account_id: str) -> int:
        """Return the number of the account's unread notifications."""
        ...
