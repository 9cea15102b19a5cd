"""What goes the express way: every command in the plainest shape, and nothing else."""

import pytest
from aiohttp import web

from queue_server.api.answer import body
from queue_server.api.asked import Asked, Brief
from queue_server.api.edge import Handler, edge
from queue_server.api.express import MOST_HEAD, Express, written
from queue_server.api.route import BASE
from queue_server.wire.command import REGISTRY, Entry

MOST = 1000
COMMANDS = [entry for entry in REGISTRY.values() if entry.path is not None]
HEADERS = (
    b"Host: hall:8080\r\nAuthorization: Bearer abc\r\nContent-Type: application/json\r\n"
    b"Idempotency-Key: k 1\r\nAccept: */*\r\nContent-Length: 2\r\n"
)
PLAIN = b"POST /api/v1/tickets HTTP/1.1\r\n" + HEADERS + b"\r\n{}"


def handler(entry: Entry) -> Handler:
    """Somebody who answers, to be known again."""

    async def answer(_request: Asked) -> web.StreamResponse:
        return body(entry.name.encode())

    return answer


HANDLERS = {entry.name: handler(entry) for entry in COMMANDS}
EXPRESS = Express(
    [web.route(each.method or "", f"{BASE}{each.path}", HANDLERS[each.name]) for each in COMMANDS],
    edge(),
    most=MOST,
)


def read(data: bytes) -> Brief | None:
    """The request in these bytes, if it goes the express way."""
    found = EXPRESS.read(data, "10.0.0.7")
    return None if found is None else found[0]


def test_a_plain_request_is_read_with_all_that_its_handler_looks_at() -> None:
    brief = read(PLAIN)
    assert brief is not None
    assert (brief.method, brief.path, brief.route, brief.match_info) == (
        "POST",
        "/api/v1/tickets",
        "/api/v1/tickets",
        {},
    )
    assert (brief.headers["authorization"], brief.headers["idempotency-key"]) == ("Bearer abc", "k 1")
    assert (brief.body, brief.remote, brief.host, brief.content_type) == (
        b"{}",
        "10.0.0.7",
        "hall:8080",
        "application/json",
    )


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_every_command_is_found_at_its_address_with_the_fields_in_it(entry: Entry) -> None:
    parts = [f"x-{part.strip('{}')}_1" if "{" in part else part for part in (entry.path or "").split("/")]
    line = f"{entry.method} {BASE}{'/'.join(parts)} HTTP/1.1\r\n".encode()
    found = EXPRESS.read(line + HEADERS + b"\r\n{}", None)
    assert found is not None
    brief, answers = found
    assert answers is HANDLERS[entry.name]
    assert brief.route == BASE + (entry.path or "")
    fields = [part.strip("{}") for part in (entry.path or "").split("/") if "{" in part]
    assert brief.match_info == {name: f"x-{name}_1" for name in fields}


@pytest.mark.parametrize(
    "data",
    [
        PLAIN[:-1],
        PLAIN + b" ",
        PLAIN + PLAIN,
        PLAIN[:60],
        PLAIN.replace(b"POST", b"GET"),
        PLAIN.replace(b"POST", b"post"),
        PLAIN.replace(b"/api/v1/tickets", b"/api/v1/zones"),
        PLAIN.replace(b"/api/v1/tickets", b"/api/v1/tickets/"),
        PLAIN.replace(b"/api/v1/tickets", b"/api/v1//tickets"),
        PLAIN.replace(b"/api/v1/tickets", b"/api/v1/tickets//cancel"),
        PLAIN.replace(b"/api/v1/tickets", b"/api/v1/tickets/%41/cancel"),
        PLAIN.replace(b"/api/v1/tickets", b"/api/v1/../v1/tickets"),
        PLAIN.replace(b"/api/v1/tickets", b"/api/v1/tickets?x=1"),
        PLAIN.replace(b"/api/v1/tickets", b"/api/v1/{}"),
        PLAIN.replace(b"/api/v1/tickets", b"/api/v1/tickets/$"),
        PLAIN.replace(b"/api/v1/tickets", b"http://hall/api/v1/tickets"),
        PLAIN.replace(b"HTTP/1.1", b"HTTP/1.0"),
        PLAIN.replace(b"Accept: */*", b"Transfer-Encoding: chunked"),
        PLAIN.replace(b"Accept: */*", b"Content-Encoding: gzip"),
        PLAIN.replace(b"Accept: */*", b"Cookie: session=x"),
        PLAIN.replace(b"Accept: */*", b"Expect: 100-continue"),
        PLAIN.replace(b"Accept: */*", b"X-Forwarded-For: 10.0.0.1"),
        PLAIN.replace(b"Accept: */*", b"Connection: close"),
        PLAIN.replace(b"Accept: */*", b"Connection: keep-alive, upgrade"),
        PLAIN.replace(b"Accept: */*", b"content-length: 2"),
        PLAIN.replace(b"Accept: */*", b"Accept : */*"),
        PLAIN.replace(b"Accept: */*", b"Accept:*/*"),
        PLAIN.replace(b"Accept: */*", b"Accept: */* "),
        PLAIN.replace(b"Accept: */*", b"Accept: a\r\n b"),
        PLAIN.replace(b"Accept: */*", b"Accept: \xe9"),
        PLAIN.replace(b"Accept: */*", b"Accept: a\0"),
        PLAIN.replace(b"Accept: */*", b"Accept: " + b"a" * MOST_HEAD),
        PLAIN.replace(b"Authorization: Bearer abc\r\n", b""),
        PLAIN.replace(b"Content-Length: 2", b"Content-Length: +2"),
        PLAIN.replace(b"Content-Length: 2", b"Content-Length: 02"),
        PLAIN.replace(b"Content-Length: 2\r\n", b""),
        PLAIN.replace(b"Content-Length: 2", b"Content-Length: 1001").replace(b"{}", b"{" * 1001),
        PLAIN.replace(b"\r\n", b"\n"),
        b"\r\n" + PLAIN,
        b"",
    ],
)
def test_whatever_is_not_of_that_shape_is_the_web_servers(data: bytes) -> None:
    assert read(PLAIN) is not None
    assert read(data) is None


def test_a_command_without_a_body_needs_no_length() -> None:
    brief = read(PLAIN.replace(b"Content-Length: 2\r\n", b"")[:-2])
    assert brief is not None
    assert brief.body == b""


def test_an_answer_is_written_with_its_length_and_date_and_nothing_with_neither_body_nor_length() -> None:
    head, _, text = written(body(b'{"a":1}', 201), 1_700_000_000).partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    assert (first, text) == (b"HTTP/1.1 201 Created", b'{"a":1}')
    assert {
        b"Content-Length: 7",
        b"Content-Type: application/json",
        b"Cache-Control: no-store",
        b"Date: Tue, 14 Nov 2023 22:13:20 GMT",
    } <= set(lines)
    head, _, text = written(body(None), 1_700_000_000).partition(b"\r\n\r\n")
    assert (head.split(b"\r\n")[0], text) == (b"HTTP/1.1 204 No Content", b"")
    assert b"Content-Length" not in head
    assert b"Cache-Control: no-store" in head
