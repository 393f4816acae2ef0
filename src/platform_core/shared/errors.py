"""The few kinds of refusal that the core knows.

A context declares its own errors as subclasses of these kinds, each with a stable ``code``; the
adapters map the kind, never the single error, to a status code or an acknowledgement.
"""

from typing import ClassVar

from attrs import frozen


@frozen
class FieldError:
    """One thing that is wrong with one field: its path, a stable code, and words for a person."""

    field: str
    code: str
    message: str


class DomainError(Exception):
    """A refusal with a stable ``code`` and a ``detail`` that may be shown to whoever asked."""

    code: ClassVar[str] = "refused"
    detail: str = "This cannot be done."

    def __init__(self, detail: str | None = None) -> None:
        if detail is not None:
            self.detail = detail
        super().__init__(self.detail)


class Unauthenticated(DomainError):
    """Nobody is signed in where somebody has to be."""

    code = "unauthenticated"
    detail = "Sign in to do this."


class Forbidden(DomainError):
    """Somebody is signed in, but may not do this."""

    code = "forbidden"
    detail = "You may not do this."


class NotFound(DomainError):
    """It is not there, or its existence is not the viewer's business: the two look the same."""

    code = "not_found"
    detail = "There is nothing here."


class Conflict(DomainError):
    """The state of things does not allow it now."""

    code = "conflict"
    detail = "This contradicts the present state."


class Stale(Conflict):
    """The thing was changed since the caller read it (``If-Match`` did not match)."""

    code = "stale"
    detail = "It has been changed since you read it."


class Invalid(DomainError):
    """The input breaks a rule; ``errors`` names each field."""

    code = "invalid"
    detail = "Some of the input is not valid."

    def __init__(self, *errors: FieldError, detail: str | None = None) -> None:
        super().__init__(detail)
        self.errors = errors

    @classmethod
    def field(cls, field: str, code: str, message: str) -> "Invalid":
        """Return the error for a single field."""
        return cls(FieldError(field, code, message))


class RateLimited(DomainError):
    """Too many attempts; ``retry_after`` says in how many seconds to come back."""

    code = "rate_limited"
    detail = "Too many attempts. Please wait."

    def __init__(self, retry_after: int, detail: str | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Unavailable(DomainError):
    """Something that this depends on is not answering; nothing was done."""

    code = "unavailable"
    detail = "This is not available right now. Please try again."


class Contention(Unavailable):
    """The database gave up this transaction for another one (deadlock); it can be run again."""

    code = "contention"


class PaymentRequired(DomainError):
    """It has to be bought first."""

    code = "payment_required"
    detail = "This has to be bought first."
