from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from semantic_gw.errors import DescribingError
from semantic_gw.rdf.limits import check
from semantic_gw.sandbox import Sandbox, SandboxError

DEADLINE_S = 1.0


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(deadline_s=DEADLINE_S, memory_bytes=256 * 1024**2) as made:
        yield made


def test_work_is_done_elsewhere(sandbox: Sandbox) -> None:
    assert sandbox.run(os.getpid) not in {os.getpid(), None}
    assert sandbox.run(sorted, [3, 1, 2]) == [1, 2, 3]


def test_the_same_process_does_all(sandbox: Sandbox) -> None:
    assert sandbox.run(os.getpid) == sandbox.run(os.getpid)


def test_what_takes_too_long_is_given_up_and_the_next_piece_of_work_is_done(sandbox: Sandbox) -> None:
    first = sandbox.run(os.getpid)
    started = time.monotonic()
    with pytest.raises(SandboxError, match="longer than 1 s"):
        sandbox.run(time.sleep, 60)

    assert time.monotonic() - started < DEADLINE_S + 2
    assert sandbox.run(os.getpid) != first


def test_what_needs_too_much_memory_is_given_up(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError, match="needs over 268,435,456 bytes"):
        sandbox.run(bytearray, 1024**3)

    assert sandbox.run(len, "abc") == 3


def test_a_process_that_ends_is_replaced(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError, match="ended its process"):
        sandbox.run(os._exit, 1)

    assert sandbox.run(len, "abc") == 3


def test_a_process_that_somebody_ends_meanwhile_is_replaced(sandbox: Sandbox) -> None:
    os.kill(sandbox.run(os.getpid), signal.SIGKILL)
    time.sleep(0.2)

    assert sandbox.run(len, "abc") == 3


def test_errors_of_ours_come_back_as_they_are(sandbox: Sandbox) -> None:
    with pytest.raises(DescribingError, match="65,537 bytes of one text") as caught:
        sandbox.run(check, {"title": "x" * 65_537})

    assert caught.value.pointer == "/title"


def test_other_errors_are_told(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError, match="ValueError: invalid literal"):
        sandbox.run(int, "x")


def test_what_cannot_be_sent_back_is_told(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError, match="cannot pickle"):
        sandbox.run(threading.Lock)


def test_secrets_of_the_environment_stay_here(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> None:
    monkeypatch.setenv("SEMANTIC_GW_SECRET", "x")

    assert sandbox.run(os.getenv, "SEMANTIC_GW_SECRET") is None


def test_threads_wait_for_each_other(sandbox: Sandbox) -> None:
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(sandbox.run(len, "abc"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [3] * 8


def test_a_closed_sandbox_leaves_no_process() -> None:
    sandbox = Sandbox(deadline_s=DEADLINE_S, memory_bytes=256 * 1024**2)
    process = sandbox.run(os.getpid)
    sandbox.close()

    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_a_process_ends_itself_when_nobody_waits_for_it() -> None:
    sandbox = Sandbox(deadline_s=DEADLINE_S, memory_bytes=256 * 1024**2)
    process = sandbox.run(os.getpid)
    assert sandbox._child is not None
    sandbox._child._socket.close()
    sandbox._child._process.wait(timeout=5)

    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
