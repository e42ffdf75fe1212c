"""Servers that answer byte by byte what they are told to, and the gateway's own HTTP client that asks them."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from gateway.upstream import Answer, Upstream
from testkit import eventually

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
_LONGEST = 10 * 1024 * 1024


@pytest.fixture(scope="session")
def request_of() -> Callable[[asyncio.StreamReader], Awaitable[bytes]]:
    """Return how a server reads a whole request."""

    async def read(reader: asyncio.StreamReader) -> bytes:
        head = await reader.readuntil(b"\r\n\r\n")
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length: "):
                return head + await reader.readexactly(int(line.split(b": ")[1]))
        return head

    return read


@pytest.fixture(scope="session")
def serving() -> Callable[..., AbstractAsyncContextManager[str]]:
    """Return a context manager of a server that does what a script says on each connection; it gives the origin."""

    @asynccontextmanager
    async def start(script: Script, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
        writers: list[asyncio.StreamWriter] = []

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writers.append(writer)
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                await script(reader, writer)
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
        scheme = "https" if tls else "http"
        try:
            yield f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            server.close()
            for writer in writers:
                writer.close()

    return start


@pytest.fixture(scope="session")
def answering(request_of: Callable[[asyncio.StreamReader], Awaitable[bytes]]) -> Callable[..., Script]:
    """Return a script that gives each connection these answers in turn, the last one again and again."""

    def made(*answers: bytes, then_close: bool = False) -> Script:
        answers = answers or (OK,)

        async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            for answer in answers:
                await request_of(reader)
                writer.write(answer)
            while not then_close:
                await request_of(reader)
                writer.write(answers[-1])

        return script

    return made


@pytest.fixture(scope="session")
def asked() -> Callable[..., Awaitable[tuple[Answer, bytes]]]:
    """Return how a request is sent and its answer read whole."""

    async def ask(upstream: Upstream, method: bytes = b"GET", **more: object) -> tuple[Answer, bytes]:
        answer = await upstream.request(method, b"/x", (), **more)  # type: ignore[arg-type]
        return answer, await answer.read(_LONGEST)

    return ask


@pytest.fixture(scope="session")
def settled() -> Callable[[Callable[[], int]], Awaitable[None]]:
    """Return what waits until a count has begun and stopped to grow."""

    async def wait(count: Callable[[], int]) -> None:
        seen: list[int] = []

        def it_stands() -> bool:
            seen.append(count())
            return seen[-1] > 0 and len(seen) > 5 and len(set(seen[-5:])) == 1

        await eventually(it_stands)

    return wait


@pytest.fixture
def self_signed() -> Callable[[Path], tuple[ssl.SSLContext, ssl.SSLContext]]:
    """Return how a server shows a certificate of its own for 127.0.0.1, and how a client trusts it."""

    def made(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
        key, name = (
            ec.generate_private_key(ec.SECP256R1()),
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")]),
        )
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(hours=1))
        address = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
        shown = builder.add_extension(address, critical=False).sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
        (folder / "cert.pem").write_bytes(shown)
        (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        server.load_cert_chain(folder / "cert.pem", folder / "key.pem")
        return server, ssl.create_default_context(cafile=str(folder / "cert.pem"))

    return made
