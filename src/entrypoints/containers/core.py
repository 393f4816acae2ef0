"""What every context is built on: clock, ids, database, signals, limits."""

from dependency_injector import containers, providers

from adapters.sql.client_events import SqlClientEventLog
from adapters.sql.idempotency import SqlIdempotencyKeys
from adapters.system.ids import SystemSecrets, UuidV7Ids
from entrypoints.containers import choices
from entrypoints.secret import server_secret
from entrypoints.settings import Settings


class CoreContainer(containers.DeclarativeContainer):
    """The ports that are shared by all contexts, each with its adapter."""

    settings = providers.Dependency(instance_of=Settings)

    secret = providers.Singleton(server_secret, settings)
    clock = providers.Singleton(choices.clock, settings)
    ids = providers.Singleton(UuidV7Ids, clock)
    secrets = providers.Singleton(SystemSecrets)
    database = providers.Singleton(choices.database, settings)
    bus = providers.Singleton(choices.bus, settings, ids)
    signals = providers.Singleton(choices.signals, bus)
    rooms = providers.Singleton(choices.rooms, bus)
    limiter = providers.Singleton(choices.limiter, settings, clock)
    client_event_log = providers.Singleton(SqlClientEventLog, database)
    idempotency = providers.Singleton(SqlIdempotencyKeys, database, clock)
    transactions = providers.Singleton(
        choices.transactions,
        database,
        clock,
        ids,
        signals,
        needs_verified_email=settings.provided.accounts.verified_email,
    )
