from pathlib import Path

from local_platform.ports import free_port, is_free
from testkit import Processes, eventually
from testkit.forking import ForkServer


async def test_a_forked_program_has_words_a_log_and_an_end_of_its_own(processes: Processes):
    helping, mistaken = (processes.start("registry", word, env={}) for word in ("--help", "no-such-command"))
    assert (await helping.wait(), await mistaken.wait()) == (0, 2)
    assert "python -m registry" in helping.log()
    assert "No such command" in mistaken.log()


async def test_a_forked_program_reads_its_own_environment_and_nothing_else(processes: Processes):
    unaware = processes.start("registry", "outbox", env={"RABBITMQ_URL": "amqp://127.0.0.1:1"})
    assert await unaware.wait() == 1
    missing = {line.partition(":")[0] for line in unaware.log().splitlines()}
    assert "MONGO_URL" in missing
    assert "RABBITMQ_URL" not in missing


async def test_what_was_forked_is_killed_alone_and_ends_with_its_server(tmp_path: Path):
    server, ports = ForkServer("http.server"), [free_port(), free_port()]
    killed, left = (
        server.start({"words": ["-b", "127.0.0.1", str(port)], "env": {}, "log": str(tmp_path / "log")})
        for port in ports
    )
    await eventually(lambda: not any(map(is_free, ports)))
    killed.send_signal(9)
    assert killed.wait() == -9
    assert left.poll() is None
    server.stop()
    await eventually(lambda: all(map(is_free, ports)))
