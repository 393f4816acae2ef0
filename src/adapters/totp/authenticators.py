"""Makes and checks the secrets of authenticators with pyotp, and draws them with segno."""

import hmac
import io
from datetime import datetime

import pyotp
import segno

from platform_core.accounts.model.credentials_factors import Enrolment

STEP_SECONDS = 30
_NEIGHBOURS = (0, -1, 1)
"""RFC 6238, section 5.2: one step of delay; and one ahead, for clocks that are fast."""


class PyotpAuthenticators:
    """Six digits every 30 seconds, SHA-1: what every authenticator can."""

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer

    def enrol(self, name: str) -> Enrolment:
        """Make 160 bits, the address that apps read, and its picture."""
        secret = pyotp.random_base32()
        uri = pyotp.TOTP(secret, issuer=self._issuer, name=name).provisioning_uri()
        return Enrolment(secret, uri, _svg(uri))

    def matching_step(self, secret: str, code: str, at: datetime) -> int | None:
        """Compare with three steps, each in constant time."""
        typed = "".join(code.split())
        if not (typed.isascii() and typed.isdigit()):
            return None
        present = int(at.timestamp()) // STEP_SECONDS
        totp = pyotp.TOTP(secret)
        for step in (present + neighbour for neighbour in _NEIGHBOURS):
            if hmac.compare_digest(totp.generate_otp(step), typed):
                return step
        return None


def _svg(text: str) -> str:
    picture = io.BytesIO()
    segno.make(text, error="m").save(picture, kind="svg", scale=4, xmldecl=False, border=4, light="white")
    return picture.getvalue().decode()
