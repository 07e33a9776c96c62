"""A confined process cannot do more than it may."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

import pytest

from semantic_gw.confined.environment import environment

CONFINED = """
import os, socket, sys, time
from semantic_gw.confined.files import close_all_but, silence
from semantic_gw.confined.limits import Limits, confine
"""


def run(code: str) -> subprocess.CompletedProcess[bytes]:
    """Run *code* in a process of its own."""
    return subprocess.run([sys.executable, "-c", CONFINED + code], capture_output=True, env=environment(), check=False)


def test_it_has_no_more_memory_than_it_may_take() -> None:
    done = run("Limits().allow(cpu_s=5, memory_bytes=32 << 20)\nbytearray(16 << 20)\nbytearray(64 << 20)")

    assert b"MemoryError" in done.stderr


def test_it_may_take_as_much_for_the_next_piece_of_work() -> None:
    code = "limits = Limits()\nkept = []\nfor _ in range(4):\n    limits.allow(cpu_s=5, memory_bytes=32 << 20)\n"
    done = run(code + "    kept.append(bytearray(24 << 20))")

    assert done.returncode == 0


def test_it_is_ended_where_it_takes_too_much_cpu_time() -> None:
    done = run("Limits().allow(cpu_s=0, memory_bytes=1 << 30)\nwhile True: pass")

    assert done.returncode == -signal.SIGXCPU


def test_it_is_ended_at_its_deadline() -> None:
    done = run("confine(deadline_s=0.2, memory_bytes=1 << 30)\ntime.sleep(30)")

    assert done.returncode == -signal.SIGALRM


@pytest.mark.parametrize("what", ["open('/etc/hostname')", "socket.socket()", "os.pipe()"])
def test_it_gets_no_more_files(what: str) -> None:
    done = run(f"Limits()\n{what}")

    assert b"Too many open files" in done.stderr


def test_it_keeps_one_file_and_is_silent() -> None:
    kept, theirs = socket.socketpair()
    other = os.open(os.devnull, os.O_RDONLY)
    code = f"close_all_but({theirs.fileno()})\nsilence(errors={theirs.fileno()})\nprint('nowhere')\n"
    code += f"print('here', file=sys.stderr, flush=True)\nos.fstat({other})"
    with kept, theirs:
        done = subprocess.run(
            [sys.executable, "-c", CONFINED + code],
            pass_fds=(theirs.fileno(), other),
            capture_output=True,
            env=environment(),
            check=False,
        )
        said = kept.recv(100_000)
    os.close(other)

    assert done.stdout == done.stderr == b""
    assert said.startswith(b"here")
    assert b"Bad file descriptor" in said


def test_secrets_of_the_environment_are_not_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMANTIC_GW_KAFKA__PASSWORD", "secret")

    assert "secret" not in environment().values()
    assert environment()["PATH"] == os.environ["PATH"]
