"""Routes of the lists between accounts, and of how one stands to others."""

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from adapters.http.accounts.profile import BatchQuery, found
from adapters.http.call import Call
from adapters.http.routing import Gate, Route, get
from platform_core.accounts.model.graph import AccountRelationship
from platform_core.accounts.model.profile import AccountView, Badges
from platform_core.accounts.ports.graph import GraphReader, UnreadNotifications
from platform_core.shared.actor import Scope
from platform_core.shared.pagination import Page


@frozen
class GraphListRoutes:
    """Who follows whom, and what only oneself may know: requests, blocks and mutes."""

    reader: GraphReader
    unread: UnreadNotifications

    def routes(self) -> Sequence[Route]:
        """Return the lists of any account, then those of one's own."""
        own: dict[str, Any] = {"scope": Scope.ACCOUNTS_READ}
        public = {**own, "gate": Gate.PUBLIC}
        listed = Page[AccountView]
        return (
            get("/accounts/{account_id}/followers", self.followers, answer=listed, **public),
            get("/accounts/{account_id}/following", self.following, answer=listed, **public),
            get("/accounts/me/follow-requests", self.follow_requests, answer=listed, **own),
            get("/accounts/me/blocks", self.blocks, answer=listed, **own),
            get("/accounts/me/mutes", self.mutes, answer=listed, **own),
            get("/accounts/me/badges", self.badges, answer=Badges, **own),
            get("/accounts/suggestions", self.suggestions, answer=listed, **own),
            get(
                "/accounts/relationships",
                self.relationships,
                query=BatchQuery,
                answer=list[AccountRelationship],
                **own,
            ),
        )

    async def followers(self, call: Call) -> Page[AccountView]:
        """List who follows an account, latest first; of a locked one only for its followers."""
        viewer_id, account_id = call.actor.account_id, call.path["account_id"]
        return found(await self.reader.followers(viewer_id, account_id, call.page))

    async def following(self, call: Call) -> Page[AccountView]:
        """List whom an account follows, latest first; of a locked one only for its followers."""
        viewer_id, account_id = call.actor.account_id, call.path["account_id"]
        return found(await self.reader.following(viewer_id, account_id, call.page))

    async def follow_requests(self, call: Call) -> Page[AccountView]:
        """List who asks to follow oneself, latest first."""
        return await self.reader.follow_requests(call.actor.id, call.page)

    async def blocks(self, call: Call) -> Page[AccountView]:
        """List whom one blocks, latest first."""
        return await self.reader.blocks(call.actor.id, call.page)

    async def mutes(self, call: Call) -> Page[AccountView]:
        """List whom one has muted for now, latest first."""
        return await self.reader.mutes(call.actor.id, call.page)

    async def badges(self, call: Call) -> Badges:
        """Read how much waits for oneself."""
        requests = await self.reader.count_follow_requests(call.actor.id)
        return Badges(requests, await self.unread(call.actor.id))

    async def suggestions(self, call: Call) -> Page[AccountView]:
        """List accounts to follow, the best first; one page, reckoned anew each time."""
        return Page(await self.reader.suggestions(call.actor.id, call.page.limit))

    async def relationships(self, call: Call) -> tuple[AccountRelationship, ...]:
        """Read how one stands to up to a hundred accounts; those that may not be seen are left out."""
        return await self.reader.relationships(call.actor.id, call.query.id)
