"""Register, and make administrators."""

from attrs import frozen

from platform_core.accounts.model.credentials import (
    AccountRegistered,
    Credentials,
    EmailTaken,
    HandleTaken,
    display_name,
    email_address,
    handle_shape,
)
from platform_core.accounts.model.credentials_factors import plain_code
from platform_core.accounts.model.credentials_letters import VerificationRequested
from platform_core.accounts.model.credentials_registering import (
    InvalidInvitation,
    NewAccount,
    Registration,
    RegistrationMode,
    RegistrationPolicy,
)
from platform_core.accounts.model.credentials_sessions import Client, Entrance
from platform_core.accounts.ports.credentials import CredentialsTransactions, CredentialsUnitOfWork
from platform_core.accounts.use_cases.credentials_checks import Failures, Mint, Passwords, drop_email_change
from platform_core.shared.actor import Role
from platform_core.shared.signals import Topic
from platform_core.shared.visibility import AccountState


@frozen
class RegisterAccount:
    """Make an account and sign it in; where the operator approves, it waits instead. Anybody may.

    That a handle or an address is taken is told, so refusals are counted by network
    (``REFUSED_REGISTRATIONS`` is meant as the rate of ``failures``).
    """

    transactions: CredentialsTransactions
    passwords: Passwords
    failures: Failures
    mint: Mint
    policy: RegistrationPolicy

    async def __call__(self, registration: Registration, password: str, client: Client) -> Entrance:
        now = self.mint.clock.now()
        self.policy.check(registration, now.date())
        await self.failures.check(client.network)
        password_hash = await self.passwords.hash_new(password, registration.handle, registration.email)
        known = (self.mint.ids.new(), registration.handle, registration.email, password_hash)
        credentials = Credentials(*known, state=self.policy.first_state)
        born = self.policy.birth_date(registration)
        account = NewAccount(credentials, registration.display_name, now, born)
        try:
            return await self._store(account, registration.invitation, client)
        except (EmailTaken, HandleTaken, InvalidInvitation):
            await self.failures.count(client.network)
            raise

    async def _store(self, account: NewAccount, invitation: str | None, client: Client) -> Entrance:
        account_id = account.credentials.account_id
        token = None
        async with self.transactions() as uow:
            await self._use_invitation(uow, invitation, account)
            await uow.credentials.add(account)
            await uow.outbox.record(VerificationRequested(account_id), f"account:{account_id}")
            if account.credentials.state is AccountState.ACTIVE:
                await uow.outbox.record(AccountRegistered(account_id), f"account:{account_id}")
                token = await self.mint.session(uow, account_id, client)
            await uow.commit(account_id)
        return Entrance(account_id, token)

    async def _use_invitation(
        self, uow: CredentialsUnitOfWork, code: str | None, account: NewAccount
    ) -> None:
        if self.policy.mode is RegistrationMode.INVITATION:
            digest = self.mint.secrets.digest(plain_code(code or ""))
            if not await uow.invitations.use(digest, account.created_at):
                raise InvalidInvitation


@frozen
class CreateAdministrator:
    """Make an administrator, or make one of the account with this handle and address. The operator may.

    The password is that of the account from now on; an account that was there is active again, its sessions
    have ended. Reserved handles are allowed. Raises ``HandleTaken`` or ``EmailTaken`` where only one of the
    two is the account's. Returns the account's id.
    """

    transactions: CredentialsTransactions
    passwords: Passwords
    mint: Mint

    async def __call__(self, email: str, handle: str, password: str) -> str:
        email, handle = email_address(email), handle_shape(handle)
        password_hash = await self.passwords.hash_new(password, handle, email)
        async with self.transactions() as uow:
            present = await uow.credentials.by_handle(handle)
            if present is None:
                account_id = await self._make(uow, email, handle, password_hash)
            elif present.email != email:
                raise HandleTaken
            else:
                account_id = await self._promote(uow, present, password_hash)
            await uow.commit(account_id)
        return account_id

    async def _make(self, uow: CredentialsUnitOfWork, email: str, handle: str, password_hash: str) -> str:
        now = self.mint.clock.now()
        credentials = Credentials(self.mint.ids.new(), handle, email, password_hash, Role.ADMINISTRATOR)
        credentials.verify_email(email, now)
        await uow.credentials.add(NewAccount(credentials, display_name(handle), now))
        account_id = credentials.account_id
        await uow.outbox.record(AccountRegistered(account_id), f"account:{account_id}")
        return account_id

    async def _promote(self, uow: CredentialsUnitOfWork, present: Credentials, password_hash: str) -> str:
        was_pending = present.state is AccountState.PENDING
        present.role, present.password_hash = Role.ADMINISTRATOR, password_hash
        present.state, present.suspended_until = AccountState.ACTIVE, None
        present.verify_email(present.email, self.mint.clock.now())
        await uow.credentials.put(present)
        await uow.sessions.remove_all(present.account_id)
        await drop_email_change(uow, present.account_id)
        if was_pending:
            await uow.outbox.record(AccountRegistered(present.account_id), f"account:{present.account_id}")
        uow.wake(Topic.ACCESS, [present.account_id])
        return present.account_id
