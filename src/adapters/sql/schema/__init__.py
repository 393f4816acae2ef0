"""The tables, one module per context; any SQL adapter may join them, only the owner writes them."""

from importlib import import_module
from pkgutil import iter_modules

from sqlalchemy import MetaData

from adapters.sql.schema import metadata


def catalogue() -> MetaData:
    """Return the metadata with the tables of all modules of this package."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    return metadata.metadata
