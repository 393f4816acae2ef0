"""The table of contents of the whole program."""

from dependency_injector import containers, providers

from entrypoints.containers.accounts import AccountsContainer
from entrypoints.containers.background import BackgroundContainer
from entrypoints.containers.core import CoreContainer
from entrypoints.containers.credentials import CredentialsContainer
from entrypoints.containers.interface import InterfaceContainer, unread
from entrypoints.containers.notifications import NotificationsContainer
from entrypoints.containers.posts import PostsContainer
from entrypoints.settings import Settings


class ApplicationContainer(containers.DeclarativeContainer):
    """The contexts, each on the core; then what runs them."""

    settings = providers.Dependency(instance_of=Settings)

    core = providers.Container(CoreContainer, settings=settings)

    notifications = providers.Container(NotificationsContainer, core=core)
    accounts = providers.Container(
        AccountsContainer, core=core, unread=providers.Callable(unread, notifications.reader)
    )
    credentials = providers.Container(CredentialsContainer, core=core, accounts=accounts)
    posts = providers.Container(PostsContainer, core=core)

    _contexts = {
        "credentials": credentials,
        "accounts": accounts,
        "posts": posts,
        "notifications": notifications,
    }
    background = providers.Container(BackgroundContainer, core=core, **_contexts)
    interface = providers.Container(InterfaceContainer, core=core, **_contexts)


def assemble(settings: Settings) -> ApplicationContainer:
    """Return the wired program; raises at once if something that it needs was left out."""
    container = ApplicationContainer(settings=settings)
    container.check_dependencies()
    return container
