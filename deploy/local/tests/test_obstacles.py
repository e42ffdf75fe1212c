import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local_platform.cleaning import clean
from local_platform.exclusive import exclusive
from local_platform.issuer_key import kept_issuer_key
from local_platform.obstacles import Obstacle
from local_platform.passwords import kept_passwords
from local_platform.rabbitmq import RabbitPorts
from local_platform.servers import GivenServers
from testkit import Processes


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


async def test_a_busy_gateway_port_is_told_in_one_line_with_the_remedy(
    processes: Processes, busy_port: int, tmp_path: Path
):
    process = processes.start("local_platform", "run", "--data", str(tmp_path), env={"GATEWAY_PORT": str(busy_port)})
    assert await process.wait() == 1
    remedy = f"закройте программу, которая его держит, или возьмите другой: make run GATEWAY_PORT={busy_port + 1}"
    assert process.log().splitlines() == [f"✗ Порт {busy_port} занят: {remedy}"]
    assert list(tmp_path.iterdir()) == []


async def test_a_second_run_on_the_same_data_is_refused_in_one_line(
    processes: Processes, free_port: Callable[[], int], tmp_path: Path
):
    with exclusive(tmp_path):
        process = processes.start(
            "local_platform", "run", "--data", str(tmp_path), env={"GATEWAY_PORT": str(free_port())}
        )
        assert await process.wait() == 1
    assert [line[:7] for line in process.log().splitlines()] == ["✗ Папка"]


def test_one_rabbitmq_address_without_the_other_is_refused_in_one_line():
    with pytest.raises(Obstacle, match="TEST_RABBITMQ_ADMIN_URL и TEST_RABBITMQ_MANAGEMENT_URL"):
        GivenServers.read({"TEST_RABBITMQ_ADMIN_URL": "amqp://a:b@127.0.0.1"}, prefix="TEST_")


def test_cleaning_removes_what_ended_runs_left_and_spares_the_one_that_goes_on(tmp_path: Path):
    for name in ("ended", "going-on", "mongod"):
        (tmp_path / name).mkdir()
    with exclusive(tmp_path / "going-on"), pytest.raises(Obstacle, match="going-on занята"):
        clean(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"going-on", "mongod"}


def test_passwords_persist_and_only_their_owner_may_read_them(tmp_path: Path):
    file = tmp_path / "passwords.json"
    first = kept_passwords(file, ["registry"])
    second = kept_passwords(file, ["registry", "transfer"])
    assert second["registry"] == first["registry"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_issuer_key_persists_and_only_its_owner_may_read_it(tmp_path: Path):
    file = kept_issuer_key(tmp_path / "key.pem")
    first = file.read_bytes()
    assert kept_issuer_key(file).read_bytes() == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_broker_ports_are_kept_while_free_and_chosen_anew_when_one_is_taken(tmp_path: Path):
    kept = RabbitPorts.kept(tmp_path / "ports.json")
    assert RabbitPorts.kept(tmp_path / "ports.json") == kept
    with socket.socket() as thief:
        thief.bind(("127.0.0.1", kept.amqp))
        thief.listen()
        assert RabbitPorts.kept(tmp_path / "ports.json").amqp != kept.amqp


async def test_an_operator_is_told_that_nothing_runs(processes: Processes, tmp_path: Path):
    process = processes.start("local_platform", "operate", "--data", str(tmp_path), "transfer", "outbox", env={})
    assert await process.wait(30) == 1
    assert "Нет запущенной службы «transfer»: сначала make run" in process.log()
