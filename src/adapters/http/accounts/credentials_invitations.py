"""Routes of invitations, for administrators."""

from collections.abc import Sequence
from typing import Annotated, Any

from attrs import frozen
from msgspec import Meta

from adapters.http.call import Call
from adapters.http.routing import Gate, Route, delete, get, post
from adapters.wire.inputs import Input, Moment
from platform_core.accounts.model.credentials_invitations import (
    MAX_NOTE,
    MAX_USES,
    InvitationView,
    NewInvitation,
)
from platform_core.accounts.ports.credentials import CredentialsReader
from platform_core.accounts.use_cases.credentials_invitations import CreateInvitation, RevokeInvitation
from platform_core.shared.actor import Scope
from platform_core.shared.pagination import Page


class InvitationInput(Input, frozen=True):
    """A code to register with: how often, until when, and a note for oneself."""

    uses: Annotated[int, Meta(ge=1, le=MAX_USES)] = 1
    expires_at: Moment | None = None
    note: Annotated[str, Meta(max_length=MAX_NOTE)] = ""


@frozen
class InvitationUseCases:
    """What the routes of invitations call."""

    reader: CredentialsReader
    create: CreateInvitation
    revoke: RevokeInvitation


@frozen
class InvitationRoutes:
    """Invitations to register."""

    use: InvitationUseCases

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        admin: dict[str, Any] = {"scope": Scope.ADMIN, "gate": Gate.ADMINISTRATOR}
        return (
            get("/admin/invitations", self.invitations, answer=Page[InvitationView], **admin),
            post(
                "/admin/invitations",
                self.create,
                secret=True,
                body=InvitationInput,
                answer=NewInvitation,
                status=201,
                **admin,
            ),
            delete("/admin/invitations/{invitation_id}", self.revoke, **admin),
        )

    async def invitations(self, call: Call) -> Page[InvitationView]:
        """List all invitations, newest first."""
        return await self.use.reader.invitations(call.page)

    async def create(self, call: Call) -> NewInvitation:
        """Make an invitation; its code is shown this once."""
        body = call.body
        return await self.use.create(call.actor, body.uses, body.expires_at, body.note)

    async def revoke(self, call: Call) -> None:
        """Let nobody register with an invitation any more."""
        await self.use.revoke(call.actor, call.path["invitation_id"])
