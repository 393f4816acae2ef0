"""Heads of requests that are wrong in one way each: credentials, keys, tags, sizes, and what is not HTTP."""

import json
import socket
from collections.abc import Iterator

import pytest

from tests.fuzz.calls import addressed, problem, read_all
from tests.matrix.expected import ROUTES
from tests.matrix.judge import COOKIE, Judge
from tests.matrix.product import Answer
from tests.matrix.world import bearer, token_of

JSON = {"Content-Type": "application/json"}
LONG = "a" * 9_000
BAD_CREDENTIALS = (
    *("", "Bearer", "Bearer ", "bearer", "Basic YTpi", "Token x", "Bearer a b", "Bearer  x", "Bearer \xff"),
    *(
        "Bearer " + "a" * 8_000,
        "Bearer null",
        "Bearer undefined",
        "Bearer ;",
        "\t",
        "Digest x",
        "Bearer\x0bx",
    ),
)
BAD_KEYS = ("", " ", "a b", "a" * 256, "a\tb", "\xe9", "\x7f")
BAD_TAGS = {
    '"1", "2"': 422,
    "1": 412,
    '"x"': 412,
    "": 412,
    '"-1"': 412,
    '"99999999999999999999"': 412,
    "W/": 412,
}


def test_credentials_that_are_none_are_refused_everywhere(site: Judge) -> None:
    wrong = []
    for name, row in ROUTES.items():
        method, path, _ = addressed(site, name)
        for given in BAD_CREDENTIALS if row.gate != "open" else ():
            answer = site.product.ask(method, path, b"{}", {**JSON, "Authorization": given})
            allowed = (400, 401) if row.gate != "public" or given.strip() else (200, 400, 401)
            wrong += [f"{name}, {given[:40]!r}: {why}" for why in problem(answer, allowed)]
    assert not wrong, "\n".join(wrong)
    assert not site.changes()


def test_both_credentials_at_once_are_refused_everywhere(site: Judge) -> None:
    both = {**bearer(token_of("administrator")), "Cookie": f"{COOKIE}={token_of('administrator')}"}
    for name, row in ROUTES.items():
        if row.gate != "open":
            method, path, _ = addressed(site, name)
            answer = site.product.ask(method, path, b"{}", {**both, **JSON})
            assert (answer.status, answer.json["code"]) == (400, "two_credentials"), name
    assert not site.changes()


@pytest.mark.parametrize("name", ["POST /posts", "POST /posts/{post_id}/view"])
def test_a_bad_idempotency_key_is_a_problem(site: Judge, name: str) -> None:
    method, path, headers = addressed(site, name)
    body = json.dumps(ROUTES[name].body).encode() if ROUTES[name].body else None
    for key in BAD_KEYS:
        answer = site.product.ask(method, path, body, {**headers, **JSON, "Idempotency-Key": key})
        assert not list(problem(answer, (400, 422))), (key, answer)
        assert not site.changes()


def test_every_route_that_honours_a_key_is_tested(site: Judge) -> None:
    keyed = {name for name, route in site.product.routes.items() if route.idempotent}
    assert keyed == {"POST /posts", "POST /posts/{post_id}/view"}


def test_a_key_does_one_thing_once(site: Judge) -> None:
    method, path, headers = addressed(site, "POST /posts")
    headers |= {**JSON, "Idempotency-Key": "once"}

    def publish(text: str) -> Answer:
        return site.product.ask(method, path, json.dumps({"text": text}).encode(), headers)

    assert not list(problem(publish(""), (422,))), "a refusal gives the key back"
    before = len(site.rows.dump()["posts"])
    first, again, other = publish("Once"), publish("Once"), publish("Twice")
    assert (first.status, again.status) == (201, 201)
    assert again.body == first.body
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (other.status, other.json["code"]) == (422, "idempotency_key_reused")
    assert len(site.rows.dump()["posts"]) == before + 1
    assert site.changes()


def test_a_bad_tag_does_not_let_a_change_through(site: Judge) -> None:
    for name in (name for name in ROUTES if name.startswith("PATCH")):
        method, path, headers = addressed(site, name)
        body = json.dumps(ROUTES[name].body).encode()
        for tag, status in BAD_TAGS.items():
            answer = site.product.ask(method, path, body, {**headers, **JSON, "If-Match": tag})
            assert answer.status == status, (name, tag, answer.body)
            assert not site.changes()


def test_odd_headers_are_no_reason_to_fail(site: Judge) -> None:
    """What only hints is passed over: the answer is the good one."""
    odd = {
        "X-Request-Id": "\xff" * 500,
        "User-Agent": "\xed\xa0\x80" * 100,
        "If-None-Match": "," * 1_000,
        "Origin": "null://[",
        "Accept": "a" * 5_000,
        "Accept-Language": "\xff",
        "X-Forwarded-For": "not an address, ::::, 999.999.999.999",
        "Host": "[::1",
        "Forwarded": "for=;;;",
        "Range": "bytes=5-1",
        "Expect": "",
        "Referer": "javascript:alert(1)",
    }
    method, path, headers = addressed(site, "GET /accounts/me")
    for name, value in odd.items():
        answer = site.product.ask(method, path, None, {**headers, name: value})
        assert answer.status in (200, 400), (name, answer)
        assert answer.status == 200 or name == "Host", (name, answer)


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "BREW", "PROPFIND", "get", "POST"])
def test_a_method_that_is_not_there_is_named_so(site: Judge, method: str) -> None:
    answer = site.product.ask(method, "/api/v1/accounts/me")
    assert answer.status in (400, 404, 405), answer
    assert answer.headers["Content-Type"] == "application/problem+json"
    if answer.status == 405:
        assert "GET" in answer.headers["Allow"]


NOT_HTTP = {
    "an address that is too long": f"GET /{LONG} HTTP/1.1\r\nHost: here\r\n\r\n",
    "a query that is too long": f"GET /api/v1/posts?id={LONG} HTTP/1.1\r\nHost: here\r\n\r\n",
    "a header that is too long": f"GET /healthz HTTP/1.1\r\nHost: here\r\nX-Long: {LONG}\r\n\r\n",
    "a cookie that is too long": f"GET /healthz HTTP/1.1\r\nHost: here\r\nCookie: a={LONG}\r\n\r\n",
    "too many headers": "GET /healthz HTTP/1.1\r\n" + "X: y\r\n" * 500 + "\r\n",
    "a header without a name": "GET /healthz HTTP/1.1\r\nHost: here\r\n: x\r\n\r\n",
    "a header without a colon": "GET /healthz HTTP/1.1\r\nHost: here\r\nrubbish\r\n\r\n",
    "a NUL in a header": "GET /healthz HTTP/1.1\r\nHost: here\r\nX: a\0b\r\n\r\n",
    "length and chunks at once": "POST /api/v1/posts HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\n"
    "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": "POST /api/v1/posts HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\n"
    "Content-Length: 6\r\n\r\n",
    "a negative length": "POST /api/v1/posts HTTP/1.1\r\nHost: here\r\nContent-Length: -5\r\n\r\n",
    "a length with a sign": "POST /api/v1/posts HTTP/1.1\r\nHost: here\r\nContent-Length: +5\r\n\r\n",
    "a length in words": "POST /api/v1/posts HTTP/1.1\r\nHost: here\r\nContent-Length: five\r\n\r\n",
    "an encoding that nobody knows": "POST /api/v1/posts HTTP/1.1\r\nHost: here\r\n"
    "Transfer-Encoding: rot13\r\n\r\n",
    "another protocol": "SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "an old protocol": "GET /healthz HTTP/9.9\r\n\r\n",
    "nothing but line ends and rubbish": "\r\n\r\n\x16\x03\x01\x02\x00\r\n\r\n",
    "spaces in the address": "GET /a b c HTTP/1.1\r\nHost: here\r\n\r\n",
}


@pytest.mark.parametrize("about", NOT_HTTP)
def test_what_is_not_http_is_a_problem(site: Judge, about: str) -> None:
    with socket.create_connection(("127.0.0.1", site.product.port), 20) as link:
        link.sendall(NOT_HTTP[about].encode("latin-1"))
        answer = read_all(link)
    assert answer[9:12] == b"400", answer
    assert b"application/problem+json" in answer
    assert b"Traceback" not in answer
    assert b"aiohttp" not in answer


def test_a_head_that_does_not_come_is_not_waited_for(site: Judge) -> None:
    with socket.create_connection(("127.0.0.1", site.product.port), 20) as link:
        link.sendall(b"GET /healthz HTTP/1.1\r\nHost: he")
        assert list(_until_closed(link)) == []


def test_chunks_that_are_none_are_a_problem(site: Judge) -> None:
    method, path, headers = addressed(site, "POST /posts")
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: here",
        *(f"{key}: {value}" for key, value in headers.items()),
    ]
    lines += ["Content-Type: application/json", "Transfer-Encoding: chunked", "", ""]
    for chunks in ("zz\r\n{}\r\n", "-1\r\n\r\n", "5\r\n{}", "FFFFFFFFFFFFFFFFFF\r\n{}", "2;" + "a" * 20_000):
        with socket.create_connection(("127.0.0.1", site.product.port), 20) as link:
            link.sendall("\r\n".join(lines).encode() + chunks.encode())
            answer = read_all(link)
        assert answer[9:12] in (b"400", b"408", b"413"), (chunks[:20], answer)
        assert b"application/problem+json" in answer
        assert not site.changes()


def _until_closed(link: socket.socket) -> Iterator[bytes]:
    link.settimeout(20)
    while part := link.recv(65_536):
        yield part
