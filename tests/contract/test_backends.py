"""The back ends of the contract suite: a first walk through each."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from adapters.sql import schema
from adapters.sql.schema.metadata import metadata
from platform_core.shared.pagination import PageRequest
from tests.backends import Backend
from tests.factories import post


async def test_a_published_post_is_read_back(backend: Backend) -> None:
    ada = await backend.account("ada")
    async with backend.uow() as uow:
        await uow.posts.add(post(backend.ids.new(), ada, "Hello"))
        await uow.commit()
    page = await backend.posts.of_account(None, ada, PageRequest())
    assert [(view.author.handle, view.text) for view in page.items] == [("ada", "Hello")]


async def test_what_is_not_committed_is_not_there(backend: Backend) -> None:
    ada = await backend.account("ada")
    async with backend.uow() as uow:
        await uow.posts.add(post(backend.ids.new(), ada))
    assert (await backend.posts.of_account(None, ada, PageRequest())).items == ()


async def test_accounts_can_be_changed_and_graph_rows_deleted(backend: Backend) -> None:
    ada, ben = await backend.accounts("ada", "ben")
    await backend.follow(ben, ada)
    await backend.change_account(ada, locked=True)
    assert (await backend.account_row(ada)).locked
    async with backend.uow() as uow:
        assert (await uow.relationships.between(ben, ada))[1].following
    await backend.unfollow(ben, ada)
    async with backend.uow() as uow:
        assert not (await uow.relationships.between(ben, ada))[1].following


async def test_the_migrations_make_the_tables_that_the_code_declares(sql: Backend) -> None:
    for module in iter_modules(schema.__path__):
        import_module(f"{schema.__name__}.{module.name}")

    def differences(connection: Connection) -> list[Any]:
        found: list[Any] = compare_metadata(MigrationContext.configure(connection), metadata)
        return found

    assert sql.database is not None
    async with sql.database.writing.connect() as connection:
        assert await connection.run_sync(differences) == []
