"""Routes that change how one stands to others: follow, block, mute, and answer who asks to follow."""

from collections.abc import Sequence
from typing import Any, Literal

from attrs import frozen
from msgspec import UNSET, UnsetType

from adapters.http.accounts.profile import found
from adapters.http.call import Call
from adapters.http.routing import Route, delete, put
from adapters.wire.inputs import Input, Moment
from platform_core.accounts.model.graph import BlockedByYou, FollowWish, Notify
from platform_core.accounts.model.profile import AccountView
from platform_core.accounts.ports.profile import AccountReader
from platform_core.accounts.use_cases.graph_distance import (
    BlockAccount,
    MuteAccount,
    UnblockAccount,
    UnmuteAccount,
)
from platform_core.accounts.use_cases.graph_follows import (
    ApproveFollowRequest,
    FollowAccount,
    RejectFollowRequest,
    RemoveFollower,
    UnfollowAccount,
)
from platform_core.shared.actor import Scope


class FollowInput(Input, frozen=True):
    """How one wants to follow; what is left out stays as it is, at first ``none`` and with reposts."""

    notify: Literal["none", "live", "all"] | UnsetType = UNSET
    show_reposts: bool | UnsetType = UNSET


class MuteInput(Input, frozen=True):
    """Until when to mute; without an end for good."""

    until: Moment | None = None


@frozen
class GraphUseCases:
    """What the routes of the graph call."""

    reader: AccountReader
    follow: FollowAccount
    unfollow: UnfollowAccount
    remove_follower: RemoveFollower
    approve: ApproveFollowRequest
    reject: RejectFollowRequest
    block: BlockAccount
    unblock: UnblockAccount
    mute: MuteAccount
    unmute: UnmuteAccount


@frozen
class GraphRoutes:
    """Each route states an outcome: twice is the same as once."""

    use: GraphUseCases

    def routes(self) -> Sequence[Route]:
        """Return what makes something so, then what makes it not so."""
        write: dict[str, Any] = {"scope": Scope.ACCOUNTS_WRITE}
        viewed = {**write, "answer": AccountView}
        one, request = "/accounts/{account_id}", "/accounts/me/follow-requests/{account_id}"
        return (
            put(f"{one}/follow", self.follow, body=FollowInput, raises=(BlockedByYou,), **viewed),
            put(f"{one}/block", self.block, **viewed),
            put(f"{one}/mute", self.mute, body=MuteInput, **viewed),
            put(request, self.approve, **viewed),
            delete(f"{one}/follow", self.unfollow, **write),
            delete(f"{one}/block", self.unblock, **write),
            delete(f"{one}/mute", self.unmute, **write),
            delete(request, self.reject, **write),
            delete("/accounts/me/followers/{account_id}", self.remove_follower, **write),
        )

    async def follow(self, call: Call) -> AccountView:
        """Follow an account, or ask a locked one; once more to change the terms."""
        given = call.body
        wish = FollowWish(
            None if given.notify is UNSET else Notify(given.notify),
            None if given.show_reposts is UNSET else given.show_reposts,
        )
        await self.use.follow(call.actor, call.path["account_id"], wish)
        return await self._view(call)

    async def block(self, call: Call) -> AccountView:
        """Block an account: follows end both ways, and neither is there for the other."""
        await self.use.block(call.actor, call.path["account_id"])
        return await self._view(call)

    async def mute(self, call: Call) -> AccountView:
        """Keep an account out of one's feeds and notifications."""
        await self.use.mute(call.actor, call.path["account_id"], call.body.until)
        return await self._view(call)

    async def approve(self, call: Call) -> AccountView:
        """Let an account follow that has asked to."""
        await self.use.approve(call.actor, call.path["account_id"])
        return await self._view(call)

    async def unfollow(self, call: Call) -> None:
        """Follow an account no longer, or take back the request."""
        await self.use.unfollow(call.actor, call.path["account_id"])

    async def unblock(self, call: Call) -> None:
        """Block an account no longer; follows do not come back."""
        await self.use.unblock(call.actor, call.path["account_id"])

    async def unmute(self, call: Call) -> None:
        """Mute an account no longer."""
        await self.use.unmute(call.actor, call.path["account_id"])

    async def reject(self, call: Call) -> None:
        """Refuse an account that has asked to follow; it is not told."""
        await self.use.reject(call.actor, call.path["account_id"])

    async def remove_follower(self, call: Call) -> None:
        """Have an account follow oneself no longer; it is not told."""
        await self.use.remove_follower(call.actor, call.path["account_id"])

    async def _view(self, call: Call) -> AccountView:
        return found(await self.use.reader.by_id(call.actor.id, call.path["account_id"]))
