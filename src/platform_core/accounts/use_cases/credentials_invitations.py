"""Make and revoke invitations."""

from datetime import datetime

from attrs import frozen

from platform_core.accounts.model.credentials_factors import plain_code
from platform_core.accounts.model.credentials_invitations import Invitation, NewInvitation
from platform_core.accounts.ports.credentials import CredentialsTransactions
from platform_core.accounts.use_cases.credentials_checks import Mint
from platform_core.shared.actor import Actor, Role


@frozen
class CreateInvitation:
    """Make a code to register with, good for some uses, until a time. Administrators may."""

    transactions: CredentialsTransactions
    mint: Mint

    async def __call__(
        self, actor: Actor, uses: int = 1, expires_at: datetime | None = None, note: str = ""
    ) -> NewInvitation:
        actor.require(Role.ADMINISTRATOR)
        code = self.mint.secrets.code()
        digest = self.mint.secrets.digest(plain_code(code))
        known = (self.mint.ids.new(), digest, actor.id, self.mint.clock.now())
        invitation = Invitation(*known, uses, expires_at=expires_at, note=note)
        async with self.transactions() as uow:
            await uow.invitations.add(invitation)
            await uow.commit(invitation.id)
        return NewInvitation(code, invitation.view())


@frozen
class RevokeInvitation:
    """Let nobody register with an invitation any more. Administrators may."""

    transactions: CredentialsTransactions

    async def __call__(self, actor: Actor, invitation_id: str) -> None:
        actor.require(Role.ADMINISTRATOR)
        async with self.transactions() as uow:
            await uow.invitations.remove(invitation_id)
            await uow.commit()
