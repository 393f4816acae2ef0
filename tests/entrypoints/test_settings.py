"""What an operator sets: where it comes from, what is refused, what is never shown."""

from pathlib import Path

import pytest

from entrypoints.settings import Environment, SettingsError, load
from entrypoints.settings.options import without_password
from platform_core.accounts.model.credentials_registering import RegistrationMode
from platform_core.shared.limits import Rate

SECRET = "correct horse battery staple, twice over"
POSTGRES = "postgresql://footlights:pa55word@db.example/footlights"
SEVERAL = {"FOOTLIGHTS_DATABASE_URL": POSTGRES, "FOOTLIGHTS_VALKEY_URL": "redis://:pa55word@valkey.example"}


def test_without_anything_set_it_runs_embedded_on_the_loopback_address() -> None:
    settings = load({}).settings
    assert (settings.server.host, settings.server.port) == ("127.0.0.1", 8080)
    assert settings.database_url == "sqlite:///footlights-data/footlights.db"
    assert settings.embedded
    assert not settings.several
    assert settings.public_url == "http://127.0.0.1:8080"


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "footlights.toml"
    file.write_text(
        'name = "From the file"\n[server]\nport = 1\nhost = "10.0.0.1"\n[database]\npool_size = 3\n'
    )
    loaded = load({"FOOTLIGHTS_PORT": "2", "FOOTLIGHTS_HOST": "10.0.0.2"}, file, {"server.host": "10.0.0.3"})
    assert (loaded.settings.server.host, loaded.settings.server.port) == ("10.0.0.3", 2)
    assert (loaded.settings.name, loaded.settings.database.pool_size) == ("From the file", 3)
    assert loaded.sources["server.host"] == "--host"
    assert loaded.sources["server.port"] == "FOOTLIGHTS_PORT"
    assert loaded.sources["name"] == f"{file}: name"


def test_the_environment_can_name_the_file(tmp_path: Path) -> None:
    file = tmp_path / "footlights.toml"
    file.write_text('name = "Elsewhere"\n')
    assert load({"FOOTLIGHTS_CONFIG": str(file)}).settings.name == "Elsewhere"


def test_every_kind_of_value_is_understood_from_text() -> None:
    settings = load(
        {
            "FOOTLIGHTS_ENV": "development",
            "FOOTLIGHTS_REGISTRATION": "invitation",
            "FOOTLIGHTS_PUBLIC_READS": "no",
            "FOOTLIGHTS_CORS_ORIGINS": "https://a.example, https://b.example",
            "FOOTLIGHTS_TRUSTED_PROXIES": "10.0.0.0/8 unix",
            "FOOTLIGHTS_LIMIT_PUBLISHING": "30/10m",
            "FOOTLIGHTS_LIMIT_ANONYMOUS": "5/s",
            "FOOTLIGHTS_WORKER_SWEEP_SECONDS": "0.5",
            "FOOTLIGHTS_CLOCK_FILE": "shift",
        }
    ).settings
    assert settings.env is Environment.DEVELOPMENT
    assert settings.accounts.registration is RegistrationMode.INVITATION
    assert settings.http.public_reads is False
    assert settings.http.cors_origins == {"https://a.example", "https://b.example"}
    assert settings.http.trusted_proxies == ("10.0.0.0/8", "unix")
    assert settings.limits.publishing == Rate("publishing", 30, 600)
    assert settings.limits.anonymous == Rate("anonymous", 5, 1)
    assert settings.worker.sweep_seconds == 0.5
    assert settings.clock_file == Path("shift")


def test_lists_and_rates_are_understood_from_the_file(tmp_path: Path) -> None:
    file = tmp_path / "footlights.toml"
    file.write_text('[http]\ncors_origins = ["https://a.example"]\n[limits]\nletters = "3/1d"\n')
    settings = load({}, file).settings
    assert settings.http.cors_origins == {"https://a.example"}
    assert settings.limits.letters == Rate("letters", 3, 86_400)


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("FOOTLIGHTS_PORT", "tcp://10.0.0.1:80", "FOOTLIGHTS_PORT must be a whole number"),
        ("FOOTLIGHTS_PORT", "65536", "FOOTLIGHTS_PORT must be at most 65535"),
        ("FOOTLIGHTS_WORKERS", "0", "FOOTLIGHTS_WORKERS must be at least 1"),
        ("FOOTLIGHTS_WORKERS", "1.5", "FOOTLIGHTS_WORKERS must be a whole number"),
        ("FOOTLIGHTS_PUBLIC_READS", "maybe", "FOOTLIGHTS_PUBLIC_READS must be true or false"),
        ("FOOTLIGHTS_REGISTRATION", "opne", "must be one of open, approval, invitation, closed"),
        ("FOOTLIGHTS_LIMIT_LETTERS", "many", "must be a rate such as 60/1h"),
        ("FOOTLIGHTS_DATABASE_URL", "mysql://db", "must begin with sqlite:/// or postgresql://"),
        ("FOOTLIGHTS_VALKEY_URL", "http://valkey", "FOOTLIGHTS_VALKEY_URL must begin with redis://"),
        ("FOOTLIGHTS_PUBLIC_URL", "example.org", "FOOTLIGHTS_PUBLIC_URL must be http:// or https://"),
        ("FOOTLIGHTS_PUBLIC_URL", "https://example.org/path", "without a path"),
        ("FOOTLIGHTS_CORS_ORIGINS", "https://a.example/", "is not an origin"),
        ("FOOTLIGHTS_SECRET", "short", "FOOTLIGHTS_SECRET must have at least 32 characters"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_its_name(variable: str, value: str, says: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load({variable: value})
    assert variable in str(refused.value)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[server]\nprot = 80\n", "server.prot is not a setting; did you mean server.port?"),
        ("[server]\nport = true\n", "server.port must be a whole number"),
        ("[server]\nport = 80.5\n", "server.port must be a whole number"),
        ("name = 5\n", "name must be text"),
        ("[http]\ncors_origins = [1]\n", "must be a list of words"),
        ("[server\n", "is not valid TOML"),
    ],
)
def test_a_file_with_a_mistake_is_refused(tmp_path: Path, content: str, says: str) -> None:
    file = tmp_path / "footlights.toml"
    file.write_text(content)
    with pytest.raises(SettingsError, match=str(file)) as refused:
        load({}, file)
    assert says in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        load({}, tmp_path / "nowhere.toml")


def test_a_variable_that_is_no_setting_is_pointed_out() -> None:
    loaded = load({"FOOTLIGHTS_DATABSE_URL": "x", "FOOTLIGHTS_TEST_POSTGRES_URL": "y", "PATH": "z"})
    assert loaded.warnings == (
        "FOOTLIGHTS_DATABSE_URL is not a setting; did you mean FOOTLIGHTS_DATABASE_URL?",
    )


@pytest.mark.parametrize(
    ("extra", "arguments", "says"),
    [
        ({"FOOTLIGHTS_CLOCK_FILE": "shift"}, {}, "FOOTLIGHTS_CLOCK_FILE"),
        ({}, {"demo": True}, "demo content"),
        ({"FOOTLIGHTS_PUBLIC_URL": "http://example.org"}, {}, "must begin with https://"),
        (SEVERAL, {}, "FOOTLIGHTS_SECRET must be set"),
    ],
)
def test_production_refuses_what_is_for_trials(
    extra: dict[str, str], arguments: dict[str, object], says: str
) -> None:
    safe = {"FOOTLIGHTS_ENV": "production", "FOOTLIGHTS_PUBLIC_URL": "https://example.org"}
    assert load(safe).settings.production
    with pytest.raises(SettingsError, match=says):
        load({**safe, **extra}, None, arguments)


def test_production_without_a_mail_server_is_pointed_out() -> None:
    environment = {"FOOTLIGHTS_ENV": "production", "FOOTLIGHTS_PUBLIC_URL": "https://example.org"}
    assert any("FOOTLIGHTS_MAIL_TRANSPORT" in warning for warning in load(environment).warnings)


@pytest.mark.parametrize("arguments", [{"server.workers": 2}, {"worker.here": False}])
@pytest.mark.parametrize(
    ("environment", "missing"),
    [
        ({}, "FOOTLIGHTS_DATABASE_URL"),
        ({"FOOTLIGHTS_VALKEY_URL": "redis://valkey"}, "FOOTLIGHTS_DATABASE_URL"),
        ({"FOOTLIGHTS_DATABASE_URL": POSTGRES}, "FOOTLIGHTS_VALKEY_URL"),
    ],
)
def test_several_processes_need_postgresql_and_valkey(
    arguments: dict[str, object], environment: dict[str, str], missing: str
) -> None:
    with pytest.raises(SettingsError, match=missing):
        load(environment, None, arguments)
    assert load(SEVERAL, None, arguments).settings.several


def test_secrets_and_passwords_are_never_shown() -> None:
    loaded = load({**SEVERAL, "FOOTLIGHTS_SECRET": SECRET, "FOOTLIGHTS_MAIL_PASSWORD": "pa55word"})
    shown = repr(loaded.settings) + repr(loaded) + "".join(map(repr, loaded.lines()))
    assert "pa55word" not in shown
    assert SECRET not in shown
    lines = {line.path: line for line in loaded.lines()}
    assert lines["secret"].value == "(set)"
    assert lines["database.url"].value == "postgresql://footlights:…@db.example/footlights"


def test_a_wrong_secret_is_not_repeated_in_the_refusal() -> None:
    with pytest.raises(SettingsError) as refused:
        load({"FOOTLIGHTS_SECRET": "hunter2"})
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://host/db", "postgresql://host/db"),
        ("postgresql://u:p@host:5/db?password=q&x=1", "postgresql://u:…@host:5/db?password=…&x=1"),
        ("redis://:p@host/0", "redis://:…@host/0"),
        ("a@b", "a@b"),
    ],
)
def test_addresses_are_shown_without_their_passwords(address: str, shown: str) -> None:
    assert without_password(address) == shown


def test_every_setting_says_what_it_is() -> None:
    lines = list(load({}).lines())
    assert all(line.about.endswith(".") for line in lines)
    assert len({line.variable for line in lines}) == len(lines)
