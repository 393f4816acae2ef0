"""One effect for one ``Idempotency-Key``: the first answer again, however often the request comes."""

import re
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any

from adapters.http.call import Call
from adapters.http.rendering import Rendered
from platform_core.shared.errors import Invalid
from platform_core.shared.idempotency import Answer as StoredAnswer
from platform_core.shared.idempotency import Claim, IdempotencyKeys, current_claim
from platform_core.shared.ids import Ids

MAX_KEY = 255
KEY_PATTERN = f"^[!-~]{{1,{MAX_KEY}}}$"

_KEY = re.compile(KEY_PATTERN)


class Replay:
    """Runs the effect of a request at most once per key and account."""

    def __init__(self, keys: IdempotencyKeys) -> None:
        self._keys = keys

    async def run(
        self,
        claim: Claim,
        effect: Callable[[], Awaitable[Any]],
        answer: Callable[[Any], Awaitable[Rendered]],
    ) -> Rendered:
        """Return the stored answer, or make it: of the outcome that is known, or of a new effect.

        What ``effect`` refused or failed at gives the key back; what ``answer`` fails at does not, since the
        effect is there: the next request makes the answer again. Raises ``RequestInProgress``, ``KeyReused``.
        """
        claimed = await self._keys.claim(claim)
        if claimed.answer is not None:
            body = claimed.answer.body or None
            return Rendered(claimed.answer.status, body, headers={"Idempotency-Replayed": "true"})
        outcome = claimed.outcome
        if outcome is None:
            outcome = await self._once(claim, effect)
        rendered = await answer(outcome)
        await self._keys.answer(claim, StoredAnswer(rendered.status, rendered.body or b""))
        return rendered

    async def _once(self, claim: Claim, effect: Callable[[], Awaitable[Any]]) -> Any:
        token = current_claim.set(claim)
        try:
            return await effect()
        except Exception:
            await self._keys.release(claim)
            raise
        finally:
            current_claim.reset(token)


def claim_of(call: Call, body: bytes, ids: Ids) -> Claim | None:
    """Return the claim that the request's key makes, ``None`` without a key or an account."""
    request = call.request
    key = request.headers.get("Idempotency-Key")
    if key is None or call.actor.account_id is None:
        return None
    if not _KEY.fullmatch(key):
        raise Invalid.field("Idempotency-Key", "format", "Expected 1 to 255 visible ASCII characters.")
    target = f"{request.method} {request.rel_url.raw_path_qs}\n".encode()
    return Claim(call.actor.account_id, key, sha256(target + body).hexdigest(), ids.new())
