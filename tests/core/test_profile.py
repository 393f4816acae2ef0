"""What may stand on a profile."""

import pytest

from platform_core.accounts.model.profile import Link, Profile, ProfileChanges
from platform_core.shared.errors import Invalid, Stale

GOOD_URLS = ["http://example.org", "https://example.org:8443/a?b=c#d", "HTTPS://Example.org", "http://[::1]/"]
BAD_URLS = [
    *("javascript:alert(1)", "ftp://example.org", "//example.org", "example.org", "https://", "https:/x"),
    *("https://exa mple.org", "https://example.org/\n", "https://[::1", "https://example.org:99999"),
    *("https://ada:pw@example.org", "https://bank.example@example.org/", "https://@example.org"),
    *("data:text/html,x", 'https://example.org/"><script>', "https://example.org/" + "a" * 500),
]


@pytest.mark.parametrize("url", GOOD_URLS)
def test_addresses_that_may_be_linked(url: str) -> None:
    assert ProfileChanges(website=url).website == url
    assert Link("Here", url).url == url


@pytest.mark.parametrize("url", BAD_URLS)
def test_addresses_that_may_not(url: str) -> None:
    with pytest.raises(Invalid):
        ProfileChanges(website=url)
    with pytest.raises(Invalid):
        Link("Here", url)


@pytest.mark.parametrize("label", ["", "  ", "a\nb", "x" * 51, "\u200b", "\u202eknab"])
def test_a_label_is_a_short_line(label: str) -> None:
    with pytest.raises(Invalid):
        Link(label, "https://example.org")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("display_name", ""),
        ("display_name", " \t "),
        ("display_name", "a\x00b"),
        ("display_name", "two\nlines"),
        ("display_name", "\u3164"),
        ("display_name", "\u202eada"),
        ("display_name", "x" * 101),
        ("bio", "x" * 501),
        ("links", (Link("Here", "https://example.org"),) * 5),
        ("locale", "english please"),
        ("locale", ""),
        ("locale", "e-" + "x" * 40),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../etc/passwd"),
        ("time_zone", ""),
        ("payout_address", "not an address"),
        ("payout_address", "a@b@c.example"),
        ("payout_address", "a" * 250 + "@b.example"),
    ],
)
def test_what_a_profile_refuses_is_named(field: str, value: object) -> None:
    with pytest.raises(Invalid) as refused:
        ProfileChanges(**{field: value})  # type: ignore[arg-type]
    assert [error.field for error in refused.value.errors] == [field]


def test_names_and_texts_lose_the_space_around_them() -> None:
    changes = ProfileChanges(display_name="  Ada ", bio="\n text \n")
    assert (changes.display_name, changes.bio) == ("Ada", "text")


def test_empty_texts_clear_and_nothing_said_is_nothing_changed() -> None:
    profile = Profile(id="1", display_name="Ada", bio="old", website="https://example.org", locked=True)
    assert not profile.change(ProfileChanges())
    assert profile.revision == 0
    assert profile.change(ProfileChanges(bio="", website="", links=(), locked=False, payout_address=""))
    assert profile == Profile(id="1", display_name="Ada", revision=1)


def test_a_change_of_another_revision_is_refused_whole() -> None:
    profile = Profile(id="1", display_name="Ada", revision=3)
    with pytest.raises(Stale):
        profile.change(ProfileChanges(bio="new"), if_revision=2)
    assert profile.bio == ""
    assert profile.change(ProfileChanges(bio="new"), if_revision=3)
