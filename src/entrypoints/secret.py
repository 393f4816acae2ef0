"""The secret of this server: given by the operator, or made once and kept in the data folder."""

import os
import secrets
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from entrypoints.settings import Settings, SettingsError

FILE = "secret"
_LEAST = 32


def server_secret(settings: Settings) -> bytes:
    """Return the secret; make it if there is none yet. Raises ``SettingsError`` if it cannot be kept."""
    if settings.secret:
        return sha256(settings.secret.encode()).digest()
    path = settings.data / FILE
    try:
        if not path.exists():
            _make(path)
        kept = path.read_bytes().strip()
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}; set FOOTLIGHTS_SECRET or FOOTLIGHTS_DATA") from None
    if len(kept) < _LEAST:
        raise SettingsError(f"{path} is damaged: remove it, or restore it from a backup")
    return sha256(kept).digest()


def _make(path: Path) -> None:
    """Of two that make it at once one wins, and nobody ever reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent)  # readable by its owner alone
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(_LEAST))
    with suppress(FileExistsError):
        os.link(name, path)
    Path(name).unlink()
