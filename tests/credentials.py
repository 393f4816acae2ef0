"""What tests of credentials share: the use cases on a back end, and the letters that they lead to."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import pyotp
from attrs import define, evolve, field

from adapters.limits.in_process import InProcessRateLimiter
from adapters.memory.accounts.credentials_reader import MemoryCredentialsReader
from adapters.memory.event_queue import MemoryEventQueue
from adapters.passwords.argon2 import Argon2Hasher
from adapters.passwords.frequent import ZxcvbnPasswords
from adapters.sql.accounts.credentials_reader import SqlCredentialsReader
from adapters.sql.event_queue import SqlEventQueue
from adapters.system.ids import SystemSecrets
from adapters.totp.authenticators import PyotpAuthenticators
from entrypoints.subscriptions import LetterWork, letter_subscriptions
from platform_core.accounts.model.credentials_letters import Letter, LinkKey, LinkLetter
from platform_core.accounts.model.credentials_registering import (
    Registration,
    RegistrationMode,
    RegistrationPolicy,
)
from platform_core.accounts.model.credentials_sessions import Client, Entrance, SessionLifetimes
from platform_core.accounts.ports.credentials import CredentialsReader
from platform_core.accounts.ports.credentials_services import Mailer
from platform_core.accounts.use_cases.credentials_addresses import (
    ConfirmAddress,
    RequestEmailChange,
    RequestVerification,
    StopEmailChange,
)
from platform_core.accounts.use_cases.credentials_checks import Failures, Mint, PasswordCheck, Passwords
from platform_core.accounts.use_cases.credentials_factors import (
    ConfirmSecondFactor,
    DisableSecondFactor,
    EnrolSecondFactor,
    RegenerateRecoveryCodes,
)
from platform_core.accounts.use_cases.credentials_invitations import CreateInvitation, RevokeInvitation
from platform_core.accounts.use_cases.credentials_letters import (
    AskNewAddress,
    AskOldAddress,
    LinkMaker,
    Post,
    SendPasswordReset,
    SendVerification,
    TellOwner,
)
from platform_core.accounts.use_cases.credentials_passwords import (
    ChangePassword,
    RequestPasswordReset,
    ResetPassword,
)
from platform_core.accounts.use_cases.credentials_registering import CreateAdministrator, RegisterAccount
from platform_core.accounts.use_cases.credentials_sessions import (
    CreateAccessToken,
    EndOtherSessions,
    EndSession,
    ForgetEnded,
)
from platform_core.accounts.use_cases.credentials_signing_in import (
    AuthenticateToken,
    AuthenticateTokens,
    LogIn,
    ProveSecondFactor,
)
from platform_core.shared.actor import Actor
from platform_core.shared.relay import Relay, by_event
from tests.backends import Backend

PASSWORD = "a long way home"
ANOTHER = "another way home"
HOME = Client("192.0.2.7", "192.0.2.7", "Firefox on a laptop")
AWAY = Client("198.51.100.9", "198.51.100.9", "An app on a phone")
OPEN = RegistrationPolicy()


class KeptLetters:
    """A mailer that keeps the letters, each under its reference; fails as often as it is told to."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Letter]] = []
        self.failures = 0

    async def send(self, letter: Letter, reference: str) -> None:
        if self.failures:
            self.failures -= 1
            raise ConnectionError("no mail today")
        self.sent.append((reference, letter))


@define(slots=False)
class Desk:
    """The credentials of one back end, with cheap hashes and limits that go by the test's clock."""

    backend: Backend
    mailer: Mailer = field(factory=KeptLetters)
    policy: RegistrationPolicy = OPEN
    lifetimes: SessionLifetimes = field(factory=SessionLifetimes)
    hasher: Argon2Hasher = field(factory=lambda: Argon2Hasher(memory_kib=8, threads=1))

    def __attrs_post_init__(self) -> None:
        self.clock, self.uow = self.backend.clock, self.backend.uow
        self.secrets = SystemSecrets()
        self.limiter = InProcessRateLimiter(lambda: self.clock.now().timestamp())
        self.failures = Failures(self.limiter)
        self.mint = Mint(self.clock, self.backend.ids, self.secrets)
        self.passwords = Passwords(self.hasher, ZxcvbnPasswords())
        self.authenticators = PyotpAuthenticators("Footlights")

    @cached_property
    def reader(self) -> CredentialsReader:
        return self.backend.adapter(MemoryCredentialsReader, SqlCredentialsReader)

    @property
    def check(self) -> PasswordCheck:
        return PasswordCheck(self.reader, self.hasher, self.failures)

    def under(self, mode: RegistrationMode = RegistrationMode.OPEN, minimum_age: int = 0) -> "Desk":
        """Return the same desk with other rules for those who register."""
        return evolve(self, policy=RegistrationPolicy(mode, minimum_age))

    @property
    def register_account(self) -> RegisterAccount:
        return RegisterAccount(self.uow, self.passwords, self.failures, self.mint, self.policy)

    async def register(self, handle: str = "ada", client: Client = HOME, **given: Any) -> Entrance:
        password = given.pop("password", PASSWORD)
        email = given.pop("email", f"{handle}@example.org")
        registration = Registration(email, handle, given.pop("display_name", handle.title()), **given)
        return await self.register_account(registration, password, client)

    async def log_in(self, login: str = "ada", password: str = PASSWORD, client: Client = HOME) -> Entrance:
        use = LogIn(self.uow, self.reader, self.passwords, self.failures, self.mint)
        return await use(login, password, client)

    async def prove(self, mfa_token: str | None, code: str, client: Client = HOME) -> Entrance:
        use = ProveSecondFactor(self.uow, self.reader, self.authenticators, self.failures, self.mint)
        return await use(mfa_token or "", code, client)

    @property
    def authenticate(self) -> AuthenticateToken:
        return AuthenticateToken(self.reader, self.uow, self.clock, self.secrets, self.lifetimes)

    @property
    def authenticate_many(self) -> AuthenticateTokens:
        return AuthenticateTokens(self.reader, self.clock, self.secrets, self.lifetimes)

    async def actor(self, entrance: Entrance) -> Actor:
        """Return whom the token of an entrance stands for."""
        assert entrance.token is not None
        return await self.authenticate(entrance.token)

    async def member(self, handle: str = "ada", **given: Any) -> Actor:
        """Register somebody and return the actor of the first session."""
        return await self.actor(await self.register(handle, **given))

    @property
    def end_session(self) -> EndSession:
        return EndSession(self.uow)

    @property
    def end_others(self) -> EndOtherSessions:
        return EndOtherSessions(self.uow)

    @property
    def create_token(self) -> CreateAccessToken:
        return CreateAccessToken(self.uow, self.check, self.mint)

    @property
    def forget_ended(self) -> ForgetEnded:
        return ForgetEnded(self.uow, self.clock, self.lifetimes)

    @property
    def change_password(self) -> ChangePassword:
        return ChangePassword(self.uow, self.check, self.passwords)

    @property
    def request_reset(self) -> RequestPasswordReset:
        return RequestPasswordReset(self.uow, self.limiter, self.secrets)

    @property
    def reset_password(self) -> ResetPassword:
        return ResetPassword(self.uow, self.reader, self.passwords, self.mint)

    @property
    def confirm(self) -> ConfirmAddress:
        return ConfirmAddress(self.uow, self.reader, self.mint)

    @property
    def request_verification(self) -> RequestVerification:
        return RequestVerification(self.uow)

    @property
    def change_email(self) -> RequestEmailChange:
        return RequestEmailChange(self.uow, self.check, self.mint)

    @property
    def stop_change(self) -> StopEmailChange:
        return StopEmailChange(self.uow, self.reader, self.mint)

    @property
    def enrol(self) -> EnrolSecondFactor:
        return EnrolSecondFactor(self.uow, self.check, self.authenticators)

    @property
    def confirm_factor(self) -> ConfirmSecondFactor:
        return ConfirmSecondFactor(self.uow, self.authenticators, self.mint)

    @property
    def disable_factor(self) -> DisableSecondFactor:
        return DisableSecondFactor(self.uow, self.check)

    @property
    def new_codes(self) -> RegenerateRecoveryCodes:
        return RegenerateRecoveryCodes(self.uow, self.check, self.mint)

    @property
    def invite(self) -> CreateInvitation:
        return CreateInvitation(self.uow, self.mint)

    @property
    def revoke_invitation(self) -> RevokeInvitation:
        return RevokeInvitation(self.uow)

    @property
    def create_administrator(self) -> CreateAdministrator:
        return CreateAdministrator(self.uow, self.passwords, self.mint)

    def code(self, secret: str, steps: int = 0) -> str:
        """Return what an authenticator shows now, or so many steps of 30 seconds from now."""
        return pyotp.TOTP(secret).at(self.clock.now() + timedelta(seconds=30 * steps))

    async def with_factor(self, actor: Actor) -> tuple[str, Sequence[str]]:
        """Set up the second factor; return its secret and the recovery codes. The present step is used."""
        secret = (await self.enrol(actor, HOME, PASSWORD)).secret
        return secret, await self.confirm_factor(actor, self.code(secret))

    @cached_property
    def relay(self) -> Relay:
        """The relay with the subscriptions that send letters."""
        post = Post(self.uow, self.mailer)
        links = LinkMaker(LinkKey(b"a key of thirty-two bytes or so!"), self.clock, self.secrets)
        work = LetterWork(
            verification=SendVerification(post, links),
            password_reset=SendPasswordReset(post, links),
            ask_old=AskOldAddress(post, links),
            ask_new=AskNewAddress(post, links),
            tell_owner=TellOwner(post),
        )
        queue = self.backend.adapter(MemoryEventQueue, SqlEventQueue, self.backend.ids)
        return Relay(queue, self.clock, by_event(letter_subscriptions(work)))

    async def letters(self, kind: type[Letter] = Letter) -> list[Any]:
        """Let the relay work, then return the letters of this kind that were sent since the last call."""
        while await self.relay.drain_once():
            pass
        assert isinstance(self.mailer, KeptLetters)
        sent, self.mailer.sent = self.mailer.sent, []
        return [letter for _, letter in sent if isinstance(letter, kind)]

    async def link(self, kind: type[LinkLetter]) -> Any:
        """Let the relay work and return the one letter of this kind."""
        (letter,) = await self.letters(kind)
        return letter


BORN = date(2000, 2, 29)
