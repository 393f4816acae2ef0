"""Invitations: codes that let somebody register, a number of times."""

from datetime import datetime

from attrs import Factory, field, frozen

from platform_core.shared.errors import Invalid

MAX_USES = 1_000
MAX_NOTE = 200


@frozen
class Invitation:
    """A code, of which only the digest is known."""

    id: str
    digest: str = field(repr=False)
    created_by: str
    created_at: datetime
    uses: int = 1
    uses_left: int = Factory(lambda invitation: invitation.uses, takes_self=True)
    expires_at: datetime | None = None
    note: str = ""

    def __attrs_post_init__(self) -> None:
        if not 1 <= self.uses <= MAX_USES:
            raise Invalid.field("uses", "range", f"An invitation is good for 1 to {MAX_USES} uses.")
        if self.expires_at is not None and self.expires_at <= self.created_at:
            raise Invalid.field("expires_at", "range", "The end has to be in the future.")
        if len(self.note) > MAX_NOTE:
            raise Invalid.field("note", "length", f"A note has at most {MAX_NOTE} characters.")

    def view(self) -> "InvitationView":
        """Return what administrators see."""
        known = (self.id, self.note, self.uses, self.uses_left, self.created_by)
        return InvitationView(*known, self.created_at, self.expires_at)


@frozen
class InvitationView:
    """An invitation as administrators see it; the code itself is shown once, when it is made."""

    id: str
    note: str
    uses: int
    uses_left: int
    created_by: str
    created_at: datetime
    expires_at: datetime | None


@frozen
class NewInvitation:
    """An invitation at the one moment when its code can be seen."""

    code: str = field(repr=False)
    invitation: InvitationView
