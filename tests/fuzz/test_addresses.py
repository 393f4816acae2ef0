"""Addresses that are wrong in one way each: paths, ids, queries, limits and cursors."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from tests.fuzz.calls import addressed, problem
from tests.matrix.expected import ROUTES
from tests.matrix.judge import Judge
from tests.matrix.world import RANDOM

BAD_QUERIES = {
    "an unknown parameter": "no_such_parameter=1",
    "a NUL": "a%00b=1",
    "a NUL as a value": "limit=%00",
    "not UTF-8": "%ff=%fe",
    "a surrogate": "a=%ed%a0%80",
    "very many parameters": "&".join(f"a{number}=1" for number in range(1_000)),
    "brackets": "a[b]=1&a[]=2",
    "a parameter without a name": "=1",
}
BAD_LIMITS = ("", "0", "-1", "101", "1e1", "1.0", "%201", "0x10", "%D9%A1", "9" * 400, "null", "true", "%2B5")
BAD_CURSORS = ("", "null", "x", "%00", "%FF", "%F0%9F%98%80", "a" * 5_000, "=" * 10, "../..", "AAAA", "-_-_")
BAD_IDS = (
    *("me2", "0", "null", "undefined", "-1", "%00", "%FF", "%ED%A0%80", "..", "%2e%2e", "a" * 4_000),
    *(RANDOM.upper(), RANDOM.replace("-", ""), RANDOM + "0", f"%7B{RANDOM}%7D", f"{RANDOM}%0A"),
    *("%F0%9F%98%80", "'%20OR%201=1--", "%3Cscript%3E", "{post_id}", RANDOM[:-1] + "\u0661"),
)
WITH_ID = [name for name in ROUTES if re.search(r"\{\w*id\}", name)]
WITH_TEXT = [name for name in ROUTES if "{" in name and name not in WITH_ID]


def test_a_bad_query_is_a_problem_on_every_route(site: Judge) -> None:
    wrong = [
        f"{name}, {about}: {why}"
        for name in ROUTES
        for about, query in BAD_QUERIES.items()
        for why in _wrong(site, name, query)
    ]
    assert not wrong, "\n".join(wrong)


def test_a_bad_limit_and_a_bad_cursor_are_problems_in_every_list(site: Judge) -> None:
    lists = [name for name, route in site.product.routes.items() if route.paged]
    bad = [*(f"limit={one}" for one in BAD_LIMITS), *(f"cursor={one}" for one in BAD_CURSORS)]
    bad += ["limit=5&limit=5", "limit=5&limit=6", "cursor=a&cursor=b"]
    wrong = [
        f"{name}?{query[:80]}: {why}" for name in lists for query in bad for why in _wrong(site, name, query)
    ]
    assert len(lists) > 10
    assert not wrong, "\n".join(wrong)


def test_a_cursor_is_good_for_the_list_alone_that_it_came_from(site: Judge) -> None:
    method, path, headers = addressed(site, "GET /admin/accounts")
    cursor = site.product.ask(method, f"{path}?limit=1", None, headers).json["next_cursor"]
    assert site.product.ask(method, f"{path}?limit=1&cursor={cursor}", None, headers).status == 200
    spoilt = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")
    queries = {
        "GET /admin/accounts": [f"cursor={spoilt}", f"cursor={cursor[:-4]}", f"role=member&cursor={cursor}"]
    }
    queries |= {"GET /feeds/explore": [f"cursor={cursor}"], "GET /accounts/me/blocks": [f"cursor={cursor}"]}
    wrong = [why for name, bad in queries.items() for query in bad for why in _wrong(site, name, query)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", WITH_ID)
def test_an_id_that_is_none_is_not_found(site: Judge, name: str) -> None:
    method, _, template = name.partition(" ")
    _, _, headers = addressed(site, name)
    wrong = []
    for id_ in BAD_IDS:
        path = site.product.routes[name].base + _placed(template, quote(id_, safe="%{}'"))
        answer = site.product.ask(method, path, b"{}", {**headers, "Content-Type": "application/json"})
        # What leads to another route (the list above, its own page of accounts) may exist, but not do this.
        wrong += [f"{id_[:60]}: {why}" for why in problem(answer, (404, 405))]
        wrong += [f"{id_[:60]}: changes {changed}" for changed in site.changes()]
    assert not wrong, "\n".join([name, *wrong])


@pytest.mark.parametrize("name", WITH_TEXT)
def test_a_name_that_is_none_is_not_found(site: Judge, name: str) -> None:
    method, _, template = name.partition(" ")
    base = site.product.routes[name].base
    for text in ("%00", "%ED%A0%80", "a" * 201, "a" * 4_000, "%F0%9F%98%80", "a%00b", "'--", "%25", "%2e"):
        answer = site.product.ask(method, base + _placed(template, text))
        assert answer.status == 404, (text, answer.body[:200])


def test_addresses_that_lead_nowhere_are_not_found(site: Judge) -> None:
    places = ("/nowhere", "/api", "/api/v1", "/api/v1/", "/api/v2/posts", "//api/v1/instance")
    odd = ("/api/v1/instance/", "/%2e%2e/etc/passwd", "/docs/../../secret", "/api/v1/posts%00")
    for place in (*places, *odd, "/API/V1/INSTANCE"):
        wrong = list(problem(site.product.ask("GET", place), (404,)))
        assert not wrong, (place, wrong)


def _placed(template: str, value: str) -> str:
    """Return the path with a value in place of its parameter."""
    head, _, rest = template.partition("{")
    return head + value + rest.partition("}")[2]


def _wrong(site: Judge, name: str, query: str) -> Iterator[str]:
    method, path, headers = addressed(site, name)
    if method == "GET":
        yield from problem(site.product.ask(method, f"{path}?{query}", None, headers), (422,))
    else:
        body = {"Content-Type": "application/json"}
        yield from problem(site.product.ask(method, f"{path}?{query}", b"{}", {**headers, **body}), (422,))
        if changed := site.changes():
            yield f"changes {changed}"
