"""Each rule sees the breach that it is there for, and a breach fails the run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import contracts, docstrings, hygiene, names, sizes
from tests.architecture.rules import RULES
from tests.architecture.skipping import only_not_run_skips
from tests.architecture.source import Rule, load

ROOT = Path(__file__).parents[2]
LONG_FUNCTION = "def long():\n" + "    work()\n" * 51

# rule, file that breaks it, its text
BREACHES: list[tuple[Rule, str, str]] = [
    (contracts.layers_point_inwards, "platform_core/posts/model.py", "from adapters.sql import posts"),
    (contracts.layers_point_inwards, "adapters/sql/broken.py", "def f():\n    import entrypoints.settings"),
    (contracts.core_knows_no_framework, "platform_core/shared/broken.py", "import sqlalchemy"),
    (contracts.contexts_are_independent, "platform_core/posts/broken.py", "import platform_core.media.model"),
    (contracts.contexts_are_independent, "platform_core/posts/broken.py", "from ..media import model"),
    (contracts.contexts_are_independent, "platform_core/shared/broken.py", "from platform_core import posts"),
    (contracts.context_layers_point_inwards, "platform_core/posts/model.py", "from .ports import Posts"),
    (contracts.context_layers_point_inwards, "platform_core/posts/ports.py", "from . import use_cases"),
    (contracts.adapters_are_independent, "adapters/http/broken.py", "from adapters.sql import engines"),
    (contracts.adapters_are_independent, "adapters/http/broken.py", "from adapters import system"),
    (contracts.adapters_are_independent, "adapters/sql/broken.py", "import adapters.wire"),
    (contracts.adapters_are_independent, "adapters/wire/broken.py", "import adapters.outbound"),
    (contracts.wiring_is_in_the_containers, "entrypoints/web.py", "import dependency_injector"),
    (names.names_say_something, "adapters/sql/post_utils.py", ""),
    (names.names_say_something, "adapters/common/posts.py", ""),
    (names.contexts_are_known, "platform_core/blog/model.py", ""),
    (names.adapters_use_the_word_of_the_context, "adapters/http/feed.py", "import platform_core.posts.ports"),
    (names.tables_are_named_after_their_owner, "adapters/sql/schema/articles.py", ""),
    (sizes.files_are_small, "adapters/sql/broken.py", "x = 1\n" * 301),
    (sizes.functions_are_small, "adapters/sql/broken.py", LONG_FUNCTION),
    (docstrings.public_things_have_docstrings, "adapters/sql/broken.py", "x = 1"),
    (docstrings.public_things_have_docstrings, "adapters/sql/broken.py", '"""Doc."""\nclass Thing: ...'),
    (docstrings.public_things_have_docstrings, "adapters/sql/broken.py", '"""Doc."""\ndef act(): ...'),
    (hygiene.only_the_command_line_prints, "entrypoints/web.py", "print('started')"),
    (
        hygiene.time_and_chance_come_through_ports,
        "adapters/sql/broken.py",
        "now = datetime.datetime.now(UTC)",
    ),
    (hygiene.time_and_chance_come_through_ports, "adapters/sql/broken.py", "from uuid import uuid4"),
    (hygiene.time_and_chance_come_through_ports, "adapters/sql/broken.py", "import secrets"),
    (hygiene.time_and_chance_come_through_ports, "platform_core/shared/broken.py", "time.monotonic()"),
    (hygiene.money_is_never_a_float, "adapters/http/payments/tips.py", "def tip(amount: float): ..."),
    (hygiene.sql_is_not_glued, "adapters/sql/broken.py", 'sqlalchemy.text(f"SELECT {column}")'),
]

ALLOWED: list[tuple[Rule, str, str]] = [
    (contracts.adapters_are_independent, "adapters/http/fine.py", "import adapters.wire"),
    (contracts.adapters_are_independent, "adapters/paypal/fine.py", "import adapters.outbound"),
    (contracts.wiring_is_in_the_containers, "entrypoints/containers/fine.py", "import dependency_injector"),
    (sizes.files_are_small, "adapters/sql/migrations/versions/first.py", "x = 1\n" * 301),
    (hygiene.time_and_chance_come_through_ports, "adapters/sql/fine.py", "time.monotonic()"),
    (hygiene.time_and_chance_come_through_ports, "adapters/system/fine.py", "import secrets"),
    (hygiene.only_the_command_line_prints, "entrypoints/cli.py", "print('started')"),
]


def write(root: Path, path: str, text: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


@pytest.mark.parametrize(("rule", "path", "text"), BREACHES)
def test_a_rule_names_the_file_that_breaks_it(tmp_path: Path, rule: Rule, path: str, text: str) -> None:
    write(tmp_path, path, text)
    assert any(breach.startswith(f"{path}:") for breach in rule(load(tmp_path)))


@pytest.mark.parametrize(("rule", "path", "text"), ALLOWED)
def test_a_rule_lets_the_exceptions_pass(tmp_path: Path, rule: Rule, path: str, text: str) -> None:
    write(tmp_path, path, text)
    assert not rule(load(tmp_path))


def test_every_rule_is_broken_by_a_test() -> None:
    assert {rule for rule, _, _ in BREACHES} == set(RULES)


def test_an_adapter_may_leave_the_description_to_the_port(tmp_path: Path) -> None:
    port = '"""Doc."""\nclass Posts(Protocol):\n    """Doc."""\n    def {}(self):\n        """Doc."""\n'
    adapter = '"""Doc."""\nclass SqlPosts:\n    """Doc."""\n    def save(self): ...\n'
    write(tmp_path, "adapters/sql/posts.py", adapter)
    write(tmp_path, "platform_core/posts/ports.py", port.format("save"))
    assert not docstrings.public_things_have_docstrings(load(tmp_path))
    write(tmp_path, "platform_core/posts/ports.py", port.format("other"))
    assert docstrings.public_things_have_docstrings(load(tmp_path)) == [
        "adapters/sql/posts.py:4: save has no docstring"
    ]


@pytest.mark.parametrize(
    "way", ["pytest.skip('no')", "@pytest.mark.xfail\ndef test(): ...", "from pytest import skip"]
)
def test_skipping_beside_not_run_is_named(tmp_path: Path, way: str) -> None:
    write(tmp_path, "not_run.py", way)
    assert not only_not_run_skips(load(tmp_path))
    write(tmp_path, "core/test_posts.py", way)
    assert only_not_run_skips(load(tmp_path))


def test_a_breach_fails_the_run(tmp_path: Path) -> None:
    """An import contract, a size and a missing docstring, broken in a copy of src: each fails a real run."""
    copy = Path(shutil.copytree(ROOT / "src", tmp_path / "src"))
    write(copy, "platform_core/posts/broken.py", "import aiohttp\n" + LONG_FUNCTION)
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:xdist",
            "-q",
            str(ROOT / "tests/architecture/test_source.py"),
        ],
        cwd=ROOT,
        env=os.environ | {"FOOTLIGHTS_TEST_SOURCE": str(copy)},
        capture_output=True,
        text=True,
    )
    assert run.returncode == pytest.ExitCode.TESTS_FAILED
    for rule in ("core_knows_no_framework", "functions_are_small", "public_things_have_docstrings"):
        assert f"[{rule}]" in run.stdout
