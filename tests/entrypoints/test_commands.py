"""Commands beside `serve`: what they say, how they end, and that they keep secrets to themselves."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.entrypoints.conftest import Footlights

ADMIN = ("create-admin", "--email", "root@example.org", "--handle", "root_1")
COMMANDS = ("serve", "worker", "migrate", "doctor", "demo", "create-admin", "recount", "openapi")


def test_help_lists_every_command_without_loading_any() -> None:
    code = "import sys; from entrypoints.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
    code += "print('loaded:', *sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for name in COMMANDS:
        assert f"  {name} " in done.stdout
    loaded = set(done.stdout.rpartition("loaded:")[2].split())
    assert not loaded & {"sqlalchemy", "aiohttp", "socketio", "alembic", "dependency_injector", "adapters"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(footlights: Footlights, name: str) -> None:
    shown = footlights(name, "--help")
    assert shown.exit_code == 0
    assert "--config" in shown.output
    assert len(shown.output.splitlines()[2]) > 20


@pytest.mark.parametrize("name", COMMANDS)
def test_a_wrong_setting_is_one_clear_line(footlights: Footlights, name: str) -> None:
    extra = ADMIN[1:] if name == "create-admin" else ()
    refused = footlights(name, *extra, env={"FOOTLIGHTS_PORT": "abc"})
    assert refused.exit_code == 2
    assert refused.output == "footlights: FOOTLIGHTS_PORT must be a whole number, not 'abc'\n"


def test_an_unknown_variable_is_pointed_out(footlights: Footlights) -> None:
    shown = footlights("migrate", env={"FOOTLIGHTS_DATABSE_URL": "x"})
    assert shown.exit_code == 0
    assert "did you mean FOOTLIGHTS_DATABASE_URL?" in shown.output


def test_an_error_is_one_line_unless_asked_for_more(footlights: Footlights) -> None:
    nowhere = {"FOOTLIGHTS_DATABASE_URL": "postgresql://user:pa55word@127.0.0.1:1/db"}
    refused = footlights("migrate", env=nowhere)
    assert refused.exit_code == 1
    assert refused.output.startswith("footlights: no connection")
    assert len(refused.output.splitlines()) == 1
    assert "pa55word" not in refused.output
    shown = footlights("migrate", "--debug", env=nowhere)
    assert isinstance(shown.exception, OSError)


def test_migrate_says_what_it_did(footlights: Footlights) -> None:
    assert "The tables are at revision 0001 (before: none)." in footlights("migrate").output
    assert "nothing was to be done" in footlights("migrate").output


def test_the_worker_is_refused_where_there_is_one_process(footlights: Footlights) -> None:
    refused = footlights("worker")
    assert refused.exit_code == 2
    assert "needs PostgreSQL and Valkey" in refused.output


@pytest.mark.parametrize("arguments", [("--workers", "2"), ("--no-worker",)])
def test_several_processes_are_refused_on_sqlite(footlights: Footlights, arguments: tuple[str, ...]) -> None:
    refused = footlights("serve", *arguments)
    assert refused.exit_code == 2
    assert "need PostgreSQL and Valkey" in refused.output


def test_create_admin_reads_the_password_from_the_input(footlights: Footlights) -> None:
    made = footlights(*ADMIN, given="a password of mine\n")
    assert made.exit_code == 0, made.output
    assert "root_1 is an administrator." in made.output
    assert "a password of mine" not in made.output


def test_create_admin_reads_the_password_from_the_environment(footlights: Footlights) -> None:
    made = footlights(*ADMIN, env={"FOOTLIGHTS_ADMIN_PASSWORD": "a password of mine"})
    assert made.exit_code == 0, made.output


@pytest.mark.parametrize(
    ("arguments", "password", "says"),
    [
        (ADMIN, "short", "password: "),
        (ADMIN, "password123", "password: "),
        ((*ADMIN[:-1], "no such handle!"), "a password of mine", "handle: "),
        (("create-admin", "--email", "nobody", "--handle", "root_1"), "a password of mine", "email: "),
    ],
)
def test_create_admin_refuses_what_registration_refuses(
    footlights: Footlights, arguments: tuple[str, ...], password: str, says: str
) -> None:
    refused = footlights(*arguments, given=password + "\n")
    assert refused.exit_code == 1
    assert refused.output.startswith(f"footlights: {says}")


def test_openapi_prints_the_document_and_leaves_nothing_behind(
    footlights: Footlights, tmp_path: Path
) -> None:
    printed = footlights("openapi")
    assert printed.exit_code == 0
    document = json.loads(printed.stdout)
    assert document["openapi"] == "3.1.0"
    assert "/api/v1/posts/{post_id}" in document["paths"]
    assert "/api/v1/events" in document["paths"]
    assert not (tmp_path / "data" / "footlights.db").exists()


def test_the_doctor_shows_settings_and_findings(footlights: Footlights) -> None:
    footlights("migrate")
    shown = footlights("doctor", "--all", env={"FOOTLIGHTS_NAME": "The Old Theatre"})
    assert shown.exit_code == 0, shown.output
    assert "The Old Theatre  (FOOTLIGHTS_NAME)" in shown.output
    assert "FOOTLIGHTS_SESSION_BROWSER_DAYS" in shown.output
    for about in ("database", "migrations", "accounts", "events", "parked", "mail", "disk"):
        assert f"ok    {about}" in shown.output


def test_the_doctor_makes_nothing(footlights: Footlights, tmp_path: Path) -> None:
    shown = footlights("doctor")
    assert shown.exit_code == 0
    assert "is not there yet" in shown.output
    assert not (tmp_path / "data").exists()


def test_the_doctor_looks_at_postgresql_and_valkey(
    footlights: Footlights, postgres_tables_url: str, valkey_url: str
) -> None:
    servers = {"FOOTLIGHTS_DATABASE_URL": postgres_tables_url, "FOOTLIGHTS_VALKEY_URL": valkey_url}
    shown = footlights("doctor", env=servers)
    assert shown.exit_code == 0, shown.output
    assert "ok    database     PostgreSQL" in shown.output
    assert "ok    clock" in shown.output
    assert "ok    valkey" in shown.output


def test_the_doctor_fails_when_something_does_not_answer(footlights: Footlights) -> None:
    away = {
        "FOOTLIGHTS_DATABASE_URL": "postgresql://user:pa55word@127.0.0.1:1/db",
        "FOOTLIGHTS_VALKEY_URL": "redis://:pa55word@127.0.0.1:1/0",
        "FOOTLIGHTS_MAIL_TRANSPORT": "smtp",
        "FOOTLIGHTS_MAIL_HOST": "127.0.0.1",
        "FOOTLIGHTS_MAIL_PORT": "1",
        "FOOTLIGHTS_MAIL_PASSWORD": "pa55word",
        "FOOTLIGHTS_SECRET": "pa55word of the server, long enough",
    }
    shown = footlights("doctor", "--all", env=away)
    assert shown.exit_code == 1
    for about in ("database", "valkey", "mail"):
        assert f"FAIL  {about}" in shown.output
    assert "pa55word" not in shown.output


def test_the_doctor_asks_for_migrations(footlights: Footlights, postgres_url: str) -> None:
    shown = footlights("doctor", env={"FOOTLIGHTS_DATABASE_URL": postgres_url})
    assert shown.exit_code == 1
    assert "run `footlights migrate`" in shown.output
