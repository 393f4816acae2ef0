"""``footlights openapi``."""

import json

import click

from adapters.http.application import all_routes, make_application
from adapters.http.openapi import document
from entrypoints.cli.running import command
from entrypoints.containers.application import assemble
from entrypoints.containers.instance import product_version
from entrypoints.settings import Loaded


@command()
def openapi(loaded: Loaded) -> None:
    """Print the description of the interface (OpenAPI 3.1), as the server gives it."""
    container = assemble(loaded.settings)
    app = make_application(container.interface.routes(), container.interface.kernel())
    click.echo(json.dumps(document(all_routes(app), product_version()), indent=2, ensure_ascii=False))
