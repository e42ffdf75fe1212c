"""The way out against real listeners: where a request goes, under which name, and where it never goes."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from reporting.deliveries.domain import Answer
from reporting.deliveries.egress import Egress, Limits, SystemResolver
from reporting.webhooks.addresses import EgressRules
from services.reporting.tests.receivers import OUT, Names, receiving

HERE, ELSEWHERE = "127.0.0.1", "127.0.0.2"
REFUSED = "имя ведёт на адрес, куда соединяться нельзя"
QUICK = Limits(connect_seconds=1, total_seconds=2)


async def post(url: str, names: Names | None = None, *, rules: EgressRules = OUT, limits: Limits = QUICK) -> Answer:
    async with Egress(rules, limits, names) as egress:
        return await egress.post(url, b"{}", {"webhook-id": "e-1"})


def named(url: str, name: str = "partner.example") -> str:
    return url.replace(HERE, name)


async def test_a_name_that_leads_elsewhere_a_moment_later_is_resolved_once_and_kept_to():
    async with receiving(HERE) as checked, receiving(ELSEWHERE, int(checked.url.split(":")[2].split("/")[0])) as inside:
        names = Names({"partner.example": [[HERE], [ELSEWHERE]]})
        async with Egress(OUT, QUICK, names) as egress:
            first = await egress.post(named(checked.url), b"{}", {"webhook-id": "e-1"})
            assert names.asked == ["partner.example"]
            second = await egress.post(named(checked.url), b"{}", {"webhook-id": "e-2"})
        assert (first.status, second.status, second.text) == (200, None, REFUSED)
        assert (checked.ids, inside.received) == (["e-1"], [])
        assert checked.received[0].headers["host"].startswith("partner.example:")


@pytest.mark.parametrize(
    "addresses",
    [[HERE, ELSEWHERE], [HERE, "::1"], [HERE, "169.254.169.254"], ["::ffff:127.0.0.2"], ["0.0.0.0"], []],  # noqa: S104
)
async def test_one_address_that_is_not_allowed_refuses_the_name_as_a_whole(addresses):
    async with receiving(HERE) as receiver:
        answer = await post(named(receiver.url), Names({"partner.example": [addresses]}))
        assert (answer.text, receiver.received) == (REFUSED, [])


async def test_a_name_of_the_machine_itself_is_refused_by_what_it_leads_to():
    assert "127.0.0.1" in await SystemResolver().addresses("localhost")
    async with receiving(HERE) as receiver:
        refused = Names({"partner.example": [await SystemResolver().addresses("localhost")]})
        strict = EgressRules(ports=(), plain_http=True)
        assert (await post(named(receiver.url), refused, rules=strict)).text == REFUSED
        assert receiver.received == []


async def test_a_url_that_is_not_allowed_is_not_even_resolved():
    names = Names({})
    for url in (
        "http://127.0.0.2:1/",
        "http://user@partner.example/",
        "http://0x7f000001/",
        "gopher://partner.example/",
    ):
        assert (await post(url, names)).text.startswith("адрес не разрешён")
    assert names.asked == []


async def test_a_name_nobody_knows_and_a_port_nobody_listens_at_are_told_apart(free_port: Callable[[], int]):
    names = Names({"partner.example": [[HERE]]})
    assert (await post("http://nobody.example/", names)).text == "имя получателя не найдено"
    assert (await post(f"http://partner.example:{free_port()}/", names)).text == "соединение не установлено"


async def test_the_path_and_the_query_arrive_as_they_were_registered():
    async with receiving(HERE) as receiver:
        await post(receiver.url + "/%2e%2e/a%2Fb?x=%D1%8F&y=1+2")
        assert receiver.received[0].request.raw_path == "/events/%2e%2e/a%2Fb?x=%D1%8F&y=1+2"


@dataclass
class Authority:
    """An authority of the test's own, and the names that clients asked its server for."""

    pem: Path
    server: ssl.SSLContext
    asked: list[str | None] = field(default_factory=list)


@pytest.fixture
def authority(tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "partner.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("partner.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, private = tmp_path / "ca.pem", tmp_path / "key.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem, private)
    found = Authority(pem, server)
    server.sni_callback = lambda _socket, asked, _context: found.asked.append(asked)
    return found


async def test_the_connection_to_the_checked_address_asks_for_the_name_and_checks_its_certificate(authority):
    limits = Limits(connect_seconds=1, total_seconds=2, ca_file=authority.pem)
    names = Names({"partner.example": [[HERE]], "other.example": [[HERE]]})
    async with receiving(HERE, ssl=authority.server) as receiver:
        assert (await post(named(receiver.url), names, limits=limits)).status == 200
        assert authority.asked == ["partner.example"]
        wrong = await post(named(receiver.url, "other.example"), names, limits=limits)
        unknown = await post(named(receiver.url), names)
        assert wrong.text == unknown.text == "сертификат получателя не подтверждён"
        assert len(receiver.received) == 1
