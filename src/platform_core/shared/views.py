"""Views that more than one context shows.

Views that lists make by the hundred have no slots: attrs makes frozen instances without them twice as fast.
"""

from attrs import frozen


@frozen(slots=False)
class AccountCard:
    """An account as it appears beside what it made: enough to show a name and a face."""

    id: str
    handle: str
    display_name: str
    avatar_url: str | None
    locked: bool
