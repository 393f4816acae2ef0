"""What Alembic runs: the steps, on the connection that it is handed, inside that connection's transaction."""

from alembic import context

from adapters.sql.schema import catalogue

given = context.config.attributes
context.configure(
    connection=given["connection"],
    target_metadata=catalogue(),
    compare_server_default=True,
    **given["options"],
)
context.run_migrations()
