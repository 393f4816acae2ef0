"""Run the place: change the roles and states of accounts."""

from attrs import evolve, frozen

from platform_core.accounts.model.admin import (
    AccountRoleChanged,
    AccountStanding,
    AccountStateChanged,
    StandingChanges,
    SuspensionExpired,
)
from platform_core.accounts.model.credentials import AccountRegistered
from platform_core.accounts.model.credentials_letters import RegistrationApproved
from platform_core.accounts.ports.admin import AdminTransactions, AdminUnitOfWork
from platform_core.shared.actor import Actor, Role
from platform_core.shared.clock import Clock
from platform_core.shared.errors import Invalid, NotFound
from platform_core.shared.events import Delivery
from platform_core.shared.signals import Topic
from platform_core.shared.visibility import AccountState


@frozen
class ChangeStanding:
    """Change an account's state or role. Moderators change the states of members, administrators everything.

    Making a pending account active approves its registration. A suspension ends all sessions and tokens at
    once, and by itself when its time is over. Nobody changes their own account, nor takes the last active
    administrator away.
    """

    transactions: AdminTransactions
    clock: Clock

    async def __call__(
        self, actor: Actor, account_id: str, changes: StandingChanges, if_revision: int | None = None
    ) -> None:
        actor.require(Role.MODERATOR)
        if changes.suspended_until is not None and changes.suspended_until <= self.clock.now():
            raise Invalid.field("suspended_until", "past", "Expected a moment in the future.")
        async with self.transactions() as uow:
            standing = await uow.account_states.get(account_id)
            if standing is None:
                raise NotFound
            before = evolve(standing)
            if standing.change(actor, changes, if_revision):
                await uow.account_states.put(standing)
                await _record(uow, actor.id, before, standing, changes.reason)
                await _enforce(uow, before, standing)
                await uow.commit()


@frozen
class EndSuspension:
    """Make an account active again whose suspension is over."""

    transactions: AdminTransactions
    clock: Clock

    async def __call__(self, delivery: Delivery, account_id: str) -> None:
        async with self.transactions() as uow:
            if not await uow.deliveries.first(delivery):
                return
            standing = await uow.account_states.get(account_id)
            if standing is not None:
                await self._end(uow, standing)
            await uow.commit()

    async def _end(self, uow: AdminUnitOfWork, standing: AccountStanding) -> None:
        before = evolve(standing)
        if standing.end_suspension(self.clock.now()):
            await uow.account_states.put(standing)
            await _record(uow, "", before, standing, "")
            uow.wake(Topic.ACCESS, [standing.id])


async def _record(
    uow: AdminUnitOfWork, by_id: str, before: AccountStanding, now: AccountStanding, reason: str
) -> None:
    """Record what is different, with who did it and why."""
    stream_key = f"account:{now.id}"
    if (before.state, before.suspended_until) != (now.state, now.suspended_until):
        until = now.suspended_until.isoformat() if now.suspended_until else ""
        changed = AccountStateChanged(now.id, now.state, before.state, by_id, reason, until)
        await uow.outbox.record(changed, stream_key)
    if before.role is not now.role:
        role_changed = AccountRoleChanged(now.id, now.role, before.role, by_id, reason)
        await uow.outbox.record(role_changed, stream_key)
    if before.state is AccountState.PENDING and now.state in (AccountState.ACTIVE, AccountState.LIMITED):
        await uow.outbox.record(AccountRegistered(now.id), stream_key)
        await uow.outbox.record(RegistrationApproved(now.id), stream_key)


async def _enforce(uow: AdminUnitOfWork, before: AccountStanding, now: AccountStanding) -> None:
    """Let the change take effect on open sessions and sockets, and set or forget the end of a suspension."""
    if now.state is AccountState.SUSPENDED and before.state is not AccountState.SUSPENDED:
        await uow.sessions.remove_all(now.id)
    timer = f"suspension:{now.id}"
    if now.suspended_until is not None:
        await uow.timers.set(timer, now.suspended_until, SuspensionExpired(now.id))
    elif before.suspended_until is not None:
        await uow.timers.cancel(timer)
    uow.wake(Topic.ACCESS, [now.id])
    if now.state is not before.state and now.state is not AccountState.ACTIVE:
        uow.wake(Topic.AUDIENCE)
