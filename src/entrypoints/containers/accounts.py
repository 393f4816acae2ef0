"""The accounts context: credentials, profiles, the graph between accounts, administration."""

from dependency_injector import containers, providers

from adapters.http.accounts.admin import AdminRoutes, AdminUseCases
from adapters.http.accounts.graph import GraphRoutes, GraphUseCases
from adapters.http.accounts.graph_lists import GraphListRoutes
from adapters.http.accounts.profile import ProfileRoutes, ProfileUseCases
from adapters.sql.accounts.admin_reader import SqlAdminReader
from adapters.sql.accounts.graph_reader import SqlGraphReader
from adapters.sql.accounts.profile_reader import SqlAccountReader
from entrypoints.subscriptions import account_subscriptions
from platform_core.accounts.use_cases.admin import ChangeStanding, EndSuspension
from platform_core.accounts.use_cases.graph_distance import (
    BlockAccount,
    MuteAccount,
    UnblockAccount,
    UnmuteAccount,
)
from platform_core.accounts.use_cases.graph_follows import (
    ApproveFollowRequest,
    FollowAccount,
    RejectFollowRequest,
    RemoveFollower,
    UnfollowAccount,
)
from platform_core.accounts.use_cases.profile import ChangeProfile


class AccountsContainer(containers.DeclarativeContainer):
    """Who there is, how they stand to each other, and what they are allowed."""

    core = providers.DependenciesContainer()
    unread: "providers.Dependency[object]" = providers.Dependency()
    """Tells how many notifications wait; the notifications context answers."""

    reader = providers.Singleton(SqlAccountReader, core.database, core.clock)
    graph_reader = providers.Singleton(SqlGraphReader, core.database, core.clock)
    widely_followed = core.settings.provided.feeds.written_followers

    profile_routes = providers.Singleton(
        ProfileRoutes,
        providers.Singleton(
            ProfileUseCases, reader=reader, change=providers.Singleton(ChangeProfile, core.transactions)
        ),
    )
    graph_routes = providers.Singleton(
        GraphRoutes,
        providers.Singleton(
            GraphUseCases,
            reader=reader,
            follow=providers.Singleton(FollowAccount, core.transactions, core.ids, widely_followed),
            unfollow=providers.Singleton(UnfollowAccount, core.transactions),
            remove_follower=providers.Singleton(RemoveFollower, core.transactions),
            approve=providers.Singleton(ApproveFollowRequest, core.transactions, core.ids, widely_followed),
            reject=providers.Singleton(RejectFollowRequest, core.transactions),
            block=providers.Singleton(BlockAccount, core.transactions, core.ids),
            unblock=providers.Singleton(UnblockAccount, core.transactions),
            mute=providers.Singleton(MuteAccount, core.transactions, core.clock, core.ids),
            unmute=providers.Singleton(UnmuteAccount, core.transactions),
        ),
    )
    list_routes = providers.Singleton(GraphListRoutes, graph_reader, unread)
    admin_routes = providers.Singleton(
        AdminRoutes,
        providers.Singleton(
            AdminUseCases,
            reader=providers.Singleton(SqlAdminReader, core.database),
            change=providers.Singleton(ChangeStanding, core.transactions, core.clock),
        ),
    )
    subscriptions = providers.Singleton(
        account_subscriptions, providers.Singleton(EndSuspension, core.transactions, core.clock)
    )
