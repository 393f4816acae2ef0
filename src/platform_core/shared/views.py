"""Views that more than one context shows."""

from attrs import frozen


@frozen
class AccountCard:
    """An account as it appears beside what it made: enough to show a name and a face."""

    id: str
    handle: str
    display_name: str
    avatar_url: str | None
    locked: bool
