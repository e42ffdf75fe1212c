"""Answers made smaller for clients that ask for it."""

import zlib
from collections.abc import Callable
from typing import Any

import brotli
import pytest
import zstandard

from gateway.compression import LEAST_BYTES, SLICE, Compressing, compressible, encoded, preferred, worthwhile
from gateway.exchange import Exchange
from gateway.table import Table, read_rows

ROWS = """
[registry]
GET    /v1/echo                    read
GET    /v1/personal                personal
GET    /v1/echo/plain              read
POST   /v1/sign-in                 sign-in anonymous
POST   /v1/token                   token anonymous
GET    /v1/download                download
GET    /v1/headers                 read
"""
LONG = {"X-Long": "long " * 400}


def unzipped(content: bytes) -> bytes:
    return zlib.decompress(content, 16 + zlib.MAX_WBITS)


def unzstd(content: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompressobj().decompress(content)


READERS: dict[str, Callable[[bytes], bytes]] = {"gzip": unzipped, "br": brotli.decompress, "zstd": unzstd}


@pytest.fixture
async def person(running_gateway, upstream):
    async with running_gateway(Table(read_rows(ROWS)), registry=upstream.url) as door:
        yield door.client.acting_as("p-1")


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        (b"gzip", "gzip"),
        (b"gzip, deflate, br", "br"),
        (b"gzip, deflate, br, zstd", "zstd"),
        (b"GZIP;q=1.0, br;q=0.5", "gzip"),
        (b"*", "zstd"),
        (b"*;q=0.5, zstd;q=0", "br"),
        (b"*;q=0", None),
        (b"br;q=0", None),
        (b"identity", None),
        (b"identity, gzip;q=0.5", None),
        (b"deflate, compress", None),
        (b"gzip;q=often", None),
        (b"", None),
    ],
)
def test_the_clients_weights_decide_and_among_equals_the_better_coding(accepted, coding):
    assert preferred(accepted) == coding


@pytest.mark.parametrize("coding", READERS)
async def test_a_long_answer_comes_smaller_and_reads_the_same(person, coding):
    plain = await person.get("/v1/echo", headers=LONG)
    small = await person.get("/v1/echo", headers={**LONG, "Accept-Encoding": coding})
    assert small.status == 200
    assert small.headers["Content-Encoding"] == coding
    assert len(small.body) == int(small.headers["Content-Length"]) < len(plain.body)
    assert b'"method": "GET"' in READERS[coding](small.body)
    assert "accept-encoding" in [value.lower() for value in small.headers.getall("Vary")]


async def test_nothing_is_compressed_for_a_client_that_does_not_ask(person):
    answer = await person.get("/v1/echo", headers=LONG)
    assert "Content-Encoding" not in answer.headers
    assert answer.json["method"] == "GET"


async def test_what_is_not_to_be_kept_is_not_compressed_either(person):
    for answer in (
        await person.get("/v1/personal", headers={**LONG, "Accept-Encoding": "gzip"}),
        await person.send("POST", "/v1/sign-in", {"login": "a"}, headers={**LONG, "Accept-Encoding": "gzip"}),
        await person.send("POST", "/v1/token", {"grant": "a"}, headers={**LONG, "Accept-Encoding": "gzip"}),
    ):
        assert (answer.status, "Content-Encoding" in answer.headers) == (200, False)


async def test_files_and_encoded_answers_stay_as_they_are(person):
    accepting = {"Accept-Encoding": "gzip, br, zstd"}
    file = await person.get("/v1/download", headers=accepting)
    assert ("Content-Encoding" in file.headers, len(file.body)) == (False, 1024 * 1024)
    ready = await person.get("/v1/headers", headers=accepting)
    assert (ready.headers["Content-Encoding"], ready.headers["ETag"]) == ("gzip", '"v7"')


@pytest.mark.parametrize(
    ("status", "changed", "worth"),
    [
        (200, {}, True),
        (404, {}, True),
        (200, {b"content-length": b"%d" % LEAST_BYTES}, True),
        (200, {b"content-length": b"%d" % (LEAST_BYTES - 1)}, False),
        (204, {}, False),
        (206, {}, False),
        (304, {}, False),
        (200, {b"content-encoding": b"br"}, False),
        (200, {b"content-range": b"bytes 0-1/2"}, False),
        (200, {b"cache-control": b"no-store"}, False),
        (200, {b"cache-control": b"private, no-transform"}, False),
        (200, {b"content-type": b"application/pdf"}, False),
    ],
)
def test_only_whole_plain_texts_of_a_kibibyte_are_worth_it(status, changed, worth):
    assert worthwhile(status, {b"content-type": b"application/json", **changed}) is worth


def test_texts_are_compressed_and_streams_of_events_never():
    texts = (b"application/json", b"application/problem+json", b"text/html; charset=utf-8", b"image/svg+xml")
    assert all(compressible(media) for media in texts)
    assert not any(compressible(media) for media in (b"text/event-stream", b"image/png", b"", b"application/zip"))


def test_a_strong_etag_becomes_weak_because_the_bytes_are_others():
    told = [(b"etag", b'"v3"'), (b"content-length", b"5000"), (b"accept-ranges", b"bytes")]
    assert encoded(told, "gzip", length=None) == [
        (b"etag", b'W/"v3"'), (b"content-encoding", b"gzip"), (b"vary", b"accept-encoding"),
    ]  # fmt: skip
    assert (b"etag", b'W/"abc"') in encoded([(b"etag", b'W/"abc"')], "br", length=7)


@pytest.mark.parametrize("coding", READERS)
async def test_a_streamed_answer_is_compressed_part_by_part_without_a_length(coding):
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    exchange = Exchange({"type": "http", "method": "GET"}, receive, send, dress=lambda _, headers: headers)
    compressing = Compressing(exchange, coding)
    head = [(b"content-type", b"application/json")]
    await compressing({"type": "http.response.start", "status": 200, "headers": head})
    parts = [bytes([65 + number]) * (SLICE + 1) for number in range(20)]
    for part in parts:
        await compressing({"type": "http.response.body", "body": part, "more_body": True})
    await compressing({"type": "http.response.body", "body": b"", "more_body": False})
    assert b"content-length" not in dict(sent[0]["headers"])
    assert [message.get("more_body") for message in sent[1:]] == [True] * (len(sent) - 2) + [False]
    assert READERS[coding](b"".join(message["body"] for message in sent[1:])) == b"".join(parts)
