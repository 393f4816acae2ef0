"""The wiring: complete, chosen by the settings, one object for each thing."""

import inspect
import pkgutil
from importlib import import_module
from pathlib import Path

import pytest

import adapters.http
from adapters.http.application import all_routes, make_application
from adapters.limits.in_process import InProcessRateLimiter
from adapters.limits.valkey import ValkeyRateLimiter
from adapters.mail.smtp import SmtpMailer
from adapters.mail.spool import SpoolMailer
from adapters.memory.signals import InProcessSignals
from adapters.system.clock import ShiftedClock, SystemClock
from adapters.valkey.signals import ValkeySignals
from entrypoints.containers.application import ApplicationContainer, assemble
from entrypoints.settings import load
from platform_core.shared.events import Event

SEVERAL = {
    "FOOTLIGHTS_DATABASE_URL": "postgresql://db.example/footlights",
    "FOOTLIGHTS_VALKEY_URL": "redis://valkey.example",
    "FOOTLIGHTS_SECRET": "a secret that is long enough for this",
}


def _assembled(folder: Path, **environment: str) -> ApplicationContainer:
    return assemble(load({"FOOTLIGHTS_DATA": str(folder), **environment}).settings)


async def test_every_group_of_routes_that_there_is_is_served(tmp_path: Path) -> None:
    container = _assembled(tmp_path)
    served = {type(group) for group in container.interface.routes()}
    packages = pkgutil.walk_packages(adapters.http.__path__, "adapters.http.")
    modules = [import_module(package.name) for package in packages]
    there = {
        kind
        for module in modules
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if kind.__module__ == module.__name__ and kind.__name__.endswith("Routes")
    }
    assert there - served == set()


async def test_every_route_and_event_is_reachable_through_one_application(tmp_path: Path) -> None:
    container = _assembled(tmp_path)
    app = make_application(container.interface.routes(), container.interface.kernel())
    assert len(all_routes(app)) > 60
    assert {event.name for event in container.interface.realtime().client_events()} == {
        "post:watch",
        "post:unwatch",
    }


async def test_every_event_that_is_stored_has_a_subscriber_or_is_known_to_have_none(tmp_path: Path) -> None:
    subscribed = {subscription.event for subscription in _assembled(tmp_path).background.subscriptions()}
    stored = {kind.name for kind in _all_events(Event)}
    assert subscribed - stored == set()
    # Nobody has to do anything after these yet; whoever adds a subscriber takes the name out.
    assert stored - subscribed == {
        "accounts.email_verified",
        "accounts.role_changed",
        "accounts.state_changed",
    }


def _all_events(kind: type[Event]) -> list[type[Event]]:
    found = [each for each in kind.__subclasses__() if each.__module__.startswith("platform_core.")]
    return found + [deeper for each in found for deeper in _all_events(each)]


async def test_use_cases_are_made_once(tmp_path: Path) -> None:
    container = _assembled(tmp_path)
    assert container.posts.use_cases() is container.posts.use_cases()
    assert container.posts.use_cases().reader is container.posts.reader()
    assert container.core.database() is container.core.database()


async def test_one_process_needs_nothing_beside_itself(tmp_path: Path) -> None:
    core = _assembled(tmp_path).core
    assert isinstance(core.signals(), InProcessSignals)
    assert isinstance(core.limiter(), InProcessRateLimiter)
    assert isinstance(core.clock(), SystemClock)
    assert core.bus() is None


async def test_several_processes_talk_and_count_through_valkey(tmp_path: Path) -> None:
    container = _assembled(tmp_path, **SEVERAL)
    assert isinstance(container.core.signals(), ValkeySignals)
    assert isinstance(container.core.limiter(), ValkeyRateLimiter)
    assert container.core.database().is_postgres
    assert container.interface.realtime_settings().polling is False


async def test_polling_is_for_one_process_or_a_sticky_proxy(tmp_path: Path) -> None:
    assert _assembled(tmp_path).interface.realtime_settings().polling
    sticky = _assembled(tmp_path, **SEVERAL, FOOTLIGHTS_REALTIME_POLLING="true")
    assert sticky.interface.realtime_settings().polling


@pytest.mark.parametrize(("transport", "kind"), [("spool", SpoolMailer), ("smtp", SmtpMailer)])
async def test_letters_go_where_the_operator_says(tmp_path: Path, transport: str, kind: type) -> None:
    container = _assembled(tmp_path, FOOTLIGHTS_MAIL_TRANSPORT=transport)
    assert isinstance(container.credentials.mailer(), kind)


async def test_the_clock_can_be_moved_in_trials(tmp_path: Path) -> None:
    container = _assembled(tmp_path, FOOTLIGHTS_CLOCK_FILE=str(tmp_path / "shift"))
    assert isinstance(container.core.clock(), ShiftedClock)


def test_what_was_left_out_is_noticed_at_once() -> None:
    with pytest.raises(Exception, match="settings"):
        ApplicationContainer().check_dependencies()
