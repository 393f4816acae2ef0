"""The server's secret: made once, readable by nobody else, or given."""

import threading
from pathlib import Path

import pytest

from entrypoints.containers.choices import key
from entrypoints.secret import server_secret
from entrypoints.settings import SettingsError, load
from entrypoints.settings.tree import Settings


def _settings(folder: Path, **environment: str) -> Settings:
    return load({"FOOTLIGHTS_DATA": str(folder), **environment}).settings


def test_it_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    first = server_secret(_settings(tmp_path / "data"))
    assert server_secret(_settings(tmp_path / "data")) == first
    assert (tmp_path / "data" / "secret").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in (tmp_path / "data").iterdir()] == ["secret"]


def test_two_servers_have_different_ones(tmp_path: Path) -> None:
    assert server_secret(_settings(tmp_path / "a")) != server_secret(_settings(tmp_path / "b"))


def test_those_who_make_it_at_once_have_the_same(tmp_path: Path) -> None:
    found: list[bytes] = []
    settings = _settings(tmp_path)
    threads = [threading.Thread(target=lambda: found.append(server_secret(settings))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_a_given_one_is_used_and_nothing_is_written(tmp_path: Path) -> None:
    given = {"FOOTLIGHTS_SECRET": "given by the operator, long enough"}
    secret = server_secret(_settings(tmp_path / "a", **given))
    assert server_secret(_settings(tmp_path / "b", **given)) == secret
    assert not (tmp_path / "a").exists()


def test_a_damaged_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("half")
    with pytest.raises(SettingsError, match="is damaged"):
        server_secret(_settings(tmp_path))


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(SettingsError, match="FOOTLIGHTS_DATA"):
        server_secret(_settings(tmp_path / "file" / "data"))


def test_each_purpose_has_a_key_of_its_own() -> None:
    assert key(b"secret", "cursors") != key(b"secret", "links")
    assert key(b"secret", "cursors") == key(b"secret", "cursors")
