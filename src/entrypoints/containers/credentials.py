"""The credentials of accounts: who may come in, by password, second factor, session and token."""

from dependency_injector import containers, providers

from adapters.http.accounts.credentials import EntranceRoutes, EntranceUseCases
from adapters.http.accounts.credentials_invitations import InvitationRoutes, InvitationUseCases
from adapters.http.accounts.credentials_page import LinkPageRoutes
from adapters.http.accounts.credentials_security import SecurityRoutes, SecurityUseCases
from adapters.http.accounts.credentials_sessions import SessionRoutes, SessionUseCases
from adapters.http.auth import CachedAuthenticator
from adapters.passwords.argon2 import Argon2Hasher
from adapters.passwords.frequent import ZxcvbnPasswords
from adapters.sql.accounts.credentials_reader import SqlCredentialsReader
from adapters.totp.authenticators import PyotpAuthenticators
from entrypoints.containers import choices
from entrypoints.subscriptions import LetterWork, letter_subscriptions
from platform_core.accounts.model.credentials_letters import LinkKey
from platform_core.accounts.use_cases.credentials_addresses import (
    ConfirmAddress,
    RequestEmailChange,
    RequestVerification,
    StopEmailChange,
)
from platform_core.accounts.use_cases.credentials_checks import (
    REFUSED_REGISTRATIONS,
    Failures,
    Mint,
    PasswordCheck,
    Passwords,
)
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


class CredentialsContainer(containers.DeclarativeContainer):
    """Registration, log-in, sessions, tokens, passwords and addresses."""

    core = providers.DependenciesContainer()
    accounts = providers.DependenciesContainer()

    begin = core.transactions
    limits = core.settings.provided.limits

    reader = providers.Singleton(SqlCredentialsReader, core.database)
    lifetimes = providers.Singleton(choices.lifetimes, core.settings)
    hasher = providers.Singleton(Argon2Hasher)
    authenticators = providers.Singleton(PyotpAuthenticators, core.settings.provided.name)
    mailer = providers.Singleton(choices.mailer, core.settings, core.clock)

    mint = providers.Singleton(Mint, core.clock, core.ids, core.secrets)
    passwords = providers.Singleton(Passwords, hasher, providers.Singleton(ZxcvbnPasswords))
    failures = providers.Singleton(Failures, core.limiter, limits.failures, limits.failures_address)
    refusals = providers.Singleton(Failures, core.limiter, per_network=REFUSED_REGISTRATIONS)
    check = providers.Singleton(PasswordCheck, reader, hasher, failures)
    end_session = providers.Singleton(EndSession, begin)

    authenticate = providers.Singleton(AuthenticateToken, reader, begin, core.clock, core.secrets, lifetimes)
    cached_authenticate = providers.Singleton(CachedAuthenticator, authenticate, core.signals)
    authenticate_many = providers.Singleton(AuthenticateTokens, reader, core.clock, core.secrets, lifetimes)
    create_administrator = providers.Singleton(CreateAdministrator, begin, passwords, mint)
    forget_ended = providers.Singleton(ForgetEnded, begin, core.clock, lifetimes)

    entrance_routes = providers.Singleton(
        EntranceRoutes,
        providers.Singleton(
            EntranceUseCases,
            accounts=accounts.reader,
            register=providers.Singleton(
                RegisterAccount,
                begin,
                passwords,
                refusals,
                mint,
                providers.Singleton(choices.registration, core.settings),
            ),
            log_in=providers.Singleton(LogIn, begin, reader, passwords, failures, mint),
            prove=providers.Singleton(ProveSecondFactor, begin, reader, authenticators, failures, mint),
            end_session=end_session,
        ),
        lifetimes,
        limits.registering,
    )
    session_routes = providers.Singleton(
        SessionRoutes,
        providers.Singleton(
            SessionUseCases,
            reader=reader,
            clock=core.clock,
            end=end_session,
            end_others=providers.Singleton(EndOtherSessions, begin),
            create_token=providers.Singleton(CreateAccessToken, begin, check, mint),
        ),
        lifetimes,
    )
    security_routes = providers.Singleton(
        SecurityRoutes,
        providers.Singleton(
            SecurityUseCases,
            reader=reader,
            forgotten=providers.Singleton(RequestPasswordReset, begin, core.limiter, core.secrets),
            reset=providers.Singleton(ResetPassword, begin, reader, passwords, mint),
            change_password=providers.Singleton(ChangePassword, begin, check, passwords),
            confirm_address=providers.Singleton(ConfirmAddress, begin, reader, mint),
            request_verification=providers.Singleton(RequestVerification, begin),
            change_email=providers.Singleton(RequestEmailChange, begin, check, mint),
            stop_change=providers.Singleton(StopEmailChange, begin, reader, mint),
            enrol=providers.Singleton(EnrolSecondFactor, begin, check, authenticators),
            confirm_factor=providers.Singleton(ConfirmSecondFactor, begin, authenticators, mint),
            disable_factor=providers.Singleton(DisableSecondFactor, begin, check),
            new_codes=providers.Singleton(RegenerateRecoveryCodes, begin, check, mint),
        ),
        limits.letters,
    )
    invitation_routes = providers.Singleton(
        InvitationRoutes,
        providers.Singleton(
            InvitationUseCases,
            reader=reader,
            create=providers.Singleton(CreateInvitation, begin, mint),
            revoke=providers.Singleton(RevokeInvitation, begin),
        ),
    )
    link_page_routes = providers.Singleton(LinkPageRoutes)

    post = providers.Singleton(Post, begin, mailer)
    links = providers.Singleton(
        LinkMaker,
        providers.Singleton(LinkKey, providers.Callable(choices.key, core.secret, "links")),
        core.clock,
        core.secrets,
    )
    subscriptions = providers.Singleton(
        letter_subscriptions,
        providers.Singleton(
            LetterWork,
            verification=providers.Singleton(SendVerification, post, links),
            password_reset=providers.Singleton(SendPasswordReset, post, links),
            ask_old=providers.Singleton(AskOldAddress, post, links),
            ask_new=providers.Singleton(AskNewAddress, post, links),
            tell_owner=providers.Singleton(TellOwner, post),
        ),
    )
