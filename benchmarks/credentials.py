"""Tokens of the accounts of a data set: one access token each, which never ends, and a crowd of sessions.

One reader (``Who.FOLLOWS_2000``) has signed in very often, and nearly all of these sessions have ended.
"""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256

from benchmarks.dataset import EPOCH, Dataset, Row, TableRows, Who, uuid_at
from platform_core.shared.actor import Scope

_SESSION = ("id", "account_id", "kind", "digest", "label", "created_at", "last_used_at", "scopes")
_INVITATION = ("id", "digest", "created_by", "created_at", "uses", "uses_left")
SIGNED_IN = 1_000
"""Sessions of the account that signs in so often."""
_LONG_AGO = EPOCH - timedelta(days=1_000)


def token_of(who: int) -> str:
    """Return the access token of an account: everything that a member may do."""
    return f"token-of-{who}"


def digest_of(token: str) -> str:
    """Return what is stored of a token."""
    return sha256(token.encode()).hexdigest()


def credential_tables(dataset: Dataset) -> Iterator[TableRows]:
    """Yield table, columns and rows; they come after those of the data set itself."""
    yield "sessions", _SESSION, _session_rows(dataset)
    yield "invitations", _INVITATION, _invitation_rows(dataset)


def _session_rows(dataset: Dataset) -> Iterator[Row]:
    scopes = sorted(scope.value for scope in Scope if scope is not Scope.ADMIN)
    for who, id_ in enumerate(dataset.account_ids):
        token = (uuid_at(EPOCH, who), id_, "access_token", digest_of(token_of(who)))
        yield (*token, "benchmark", EPOCH, None, scopes)
    for number in range(SIGNED_IN):
        moment = _LONG_AGO + timedelta(minutes=number)
        session = (
            uuid_at(moment, number),
            dataset.id(Who.FOLLOWS_2000),
            "app",
            digest_of(f"session-{number}"),
        )
        yield (*session, "a telephone", moment, moment, None)


def _invitation_rows(dataset: Dataset) -> Iterator[Row]:
    for number in range(dataset.posts // 20):
        moment = EPOCH + timedelta(minutes=number)
        maker = dataset.id(number % dataset.accounts)
        yield (uuid_at(moment, number), digest_of(f"invitation-{number}"), maker, moment, 10, 5)
