"""Set up and remove the second factor, and make recovery codes."""

from attrs import frozen

from platform_core.accounts.model.credentials_factors import (
    RECOVERY_CODES,
    Enrolment,
    FactorEnabled,
    FactorMissing,
    SecondFactor,
    WrongCode,
    plain_code,
)
from platform_core.accounts.model.credentials_letters import SecondFactorRemoved
from platform_core.accounts.model.credentials_sessions import Client
from platform_core.accounts.ports.credentials import CredentialsTransactions, CredentialsUnitOfWork
from platform_core.accounts.ports.credentials_services import Authenticators
from platform_core.accounts.use_cases.credentials_checks import Mint, PasswordCheck
from platform_core.shared.actor import Actor


@frozen
class EnrolSecondFactor:
    """Make a secret for the actor's authenticator; it counts once confirmed. Asks for the password."""

    transactions: CredentialsTransactions
    check: PasswordCheck
    authenticators: Authenticators

    async def __call__(self, actor: Actor, client: Client, password: str) -> Enrolment:
        known = await self.check(actor, client, password)
        enrolment = self.authenticators.enrol(known.handle)
        async with self.transactions() as uow:
            await uow.credentials.get(actor.id)
            present = await uow.second_factors.get(actor.id)
            if present is not None and present.enabled:
                raise FactorEnabled
            await uow.second_factors.put(SecondFactor(actor.id, enrolment.secret))
            await uow.commit()
        return enrolment


@frozen
class ConfirmSecondFactor:
    """Put the factor into force with a first code of it; return the recovery codes, shown once."""

    transactions: CredentialsTransactions
    authenticators: Authenticators
    mint: Mint

    async def __call__(self, actor: Actor, code: str) -> tuple[str, ...]:
        now = self.mint.clock.now()
        async with self.transactions() as uow:
            factor = await uow.second_factors.get(actor.id)
            if factor is None:
                raise FactorMissing
            if factor.enabled:
                raise FactorEnabled
            if not factor.accept(self.authenticators.matching_step(factor.secret, code, now)):
                raise WrongCode
            factor.confirmed_at = now
            await uow.second_factors.put(factor)
            codes = await _new_recovery_codes(uow, self.mint, actor.id)
            await uow.commit()
        return codes


@frozen
class RegenerateRecoveryCodes:
    """Make new recovery codes in place of the old ones. Asks for the password."""

    transactions: CredentialsTransactions
    check: PasswordCheck
    mint: Mint

    async def __call__(self, actor: Actor, client: Client, password: str) -> tuple[str, ...]:
        await self.check(actor, client, password)
        async with self.transactions() as uow:
            factor = await uow.second_factors.get(actor.id)
            if factor is None or not factor.enabled:
                raise FactorMissing
            codes = await _new_recovery_codes(uow, self.mint, actor.id)
            await uow.commit()
        return codes


@frozen
class DisableSecondFactor:
    """Ask for no more codes at log-in. Asks for the password; the owner is told by mail."""

    transactions: CredentialsTransactions
    check: PasswordCheck

    async def __call__(self, actor: Actor, client: Client, password: str) -> None:
        await self.check(actor, client, password)
        async with self.transactions() as uow:
            factor = await uow.second_factors.get(actor.id)
            if factor is None:
                return
            await uow.second_factors.remove(actor.id)
            if factor.enabled:
                await uow.outbox.record(SecondFactorRemoved(actor.id), f"account:{actor.id}")
            await uow.commit()


async def _new_recovery_codes(uow: CredentialsUnitOfWork, mint: Mint, account_id: str) -> tuple[str, ...]:
    codes = tuple(mint.secrets.code() for _ in range(RECOVERY_CODES))
    digests = [mint.secrets.digest(plain_code(code)) for code in codes]
    await uow.second_factors.put_recovery_codes(account_id, digests)
    return codes
