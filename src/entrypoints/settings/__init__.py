"""What an operator can set: one frozen tree, read from the command line, the environment and a TOML file."""

from entrypoints.settings.loading import Loaded, load
from entrypoints.settings.options import SettingsError
from entrypoints.settings.tree import Environment, Settings

__all__ = ["Environment", "Loaded", "Settings", "SettingsError", "load"]
