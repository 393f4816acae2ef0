"""The id of the request or event that is being handled, for the answer and for every log line."""

import re
from contextvars import ContextVar

current_request_id: ContextVar[str] = ContextVar("current_request_id", default="")
"""Set at the beginning of each request; tasks that it starts inherit it."""

_ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{1,128}")


def accepted_id(offered: str | None) -> str | None:
    """Return the id that a client or proxy offered, if it can go into a log line as it is."""
    return offered if offered and _ACCEPTABLE.fullmatch(offered) else None
