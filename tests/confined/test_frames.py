"""Messages come as they were sent, however the stream is cut."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from semantic_gw.confined.frames import frame, receive

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    here, there = socket.socketpair()
    with here, there:
        there.settimeout(10)
        yield here, there


@pytest.mark.parametrize("body", [b"", b"a", b"x" * 1_000_000], ids=len)
def test_a_message_comes_as_it_was_sent(pair: Pair, body: bytes) -> None:
    here, there = pair
    sender = threading.Thread(target=here.sendall, args=[frame(b"q", body)])
    sender.start()
    received = receive(there)
    sender.join()

    assert received == (b"q", body)


def test_a_message_may_come_byte_by_byte(pair: Pair) -> None:
    here, there = pair

    def send() -> None:
        for byte in frame(b"q", b"body"):
            here.sendall(bytes([byte]))

    sender = threading.Thread(target=send)
    sender.start()
    received = receive(there)
    sender.join()

    assert received == (b"q", b"body")


def test_several_messages_come_one_by_one(pair: Pair) -> None:
    here, there = pair
    here.sendall(frame(b"a", b"1") + frame(b"b", b"2"))

    assert [receive(there), receive(there)] == [(b"a", b"1"), (b"b", b"2")]


def test_after_the_last_message_there_is_none(pair: Pair) -> None:
    here, there = pair
    here.sendall(frame(b"a"))
    here.close()

    assert receive(there) == (b"a", b"")
    assert receive(there) is None


@pytest.mark.parametrize("length", [3, 9, 12])
def test_half_a_message_is_told(pair: Pair, length: int) -> None:
    here, there = pair
    here.sendall(frame(b"a", b"12345")[:length])
    here.close()

    with pytest.raises(ConnectionError, match="hung up"):
        receive(there)
