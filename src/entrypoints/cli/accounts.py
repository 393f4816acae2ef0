"""``footlights create-admin``."""

import os
import sys

import click

from adapters.sql.migrate import migrate
from entrypoints.cli.running import Failed, command, prepared, run_async
from entrypoints.containers.application import ApplicationContainer
from entrypoints.lifetimes import resources
from entrypoints.settings import Loaded
from platform_core.shared.errors import DomainError, Invalid

VARIABLE = "FOOTLIGHTS_ADMIN_PASSWORD"


@command(
    click.option("--email", prompt="E-mail", help="The administrator's e-mail address."),
    click.option("--handle", prompt="Handle", help="The administrator's handle."),
)
def create_admin(loaded: Loaded, email: str, handle: str) -> None:
    """Make an administrator, or make one of the account with this handle and address.

    The password is asked for, or read from FOOTLIGHTS_ADMIN_PASSWORD or from the standard input.
    """
    container = prepared(loaded)
    run_async(_create(container, email, handle, _password()))
    click.echo(f"{handle.lower()} is an administrator.")


def _password() -> str:
    if os.environ.get(VARIABLE):
        return os.environ[VARIABLE]
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    asked: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return asked


async def _create(container: ApplicationContainer, email: str, handle: str, password: str) -> None:
    settings = container.core.settings()
    async with resources(container):
        if settings.embedded:
            await migrate(container.core.database())
        try:
            await container.credentials.create_administrator()(email, handle, password)
        except Invalid as error:
            raise Failed("; ".join(f"{one.field}: {one.message}" for one in error.errors)) from None
        except DomainError as error:
            raise Failed(error.detail) from None
