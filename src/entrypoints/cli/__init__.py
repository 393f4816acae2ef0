"""The command ``footlights``. Each command is loaded when it is asked for, so that ``--help`` is quick."""

from importlib import import_module

import click

_COMMANDS = {
    "serve": ("serving", "Serve the interface: web, realtime and background work."),
    "worker": ("serving", "Do the background work alone, beside `serve --no-worker`."),
    "migrate": ("database", "Bring the database's tables up to date."),
    "doctor": ("doctor", "Check the settings and everything that they name."),
    "demo": ("database", "Fill an empty database with a community to try things on."),
    "create-admin": ("accounts", "Make an administrator."),
    "recount": ("database", "Compare all counters with what they count."),
    "openapi": ("openapi", "Print the description of the interface."),
}


class _Commands(click.Group):
    """Knows its commands by name alone until one is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"entrypoints.cli.{_COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list from the table: nothing has to be loaded for it."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in _COMMANDS.items()])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="footlights", prog_name="footlights")
def main() -> None:
    """Footlights: a self-hosted platform for creators and their communities.

    Settings come from the command line, from the environment (FOOTLIGHTS_…) and from a TOML file; `footlights
    doctor` lists them all.
    """
