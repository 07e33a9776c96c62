from __future__ import annotations

import asyncio
import gzip
import ssl
import subprocess
import time
from collections.abc import AsyncIterator, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from semantic_gw import outbound
from semantic_gw.errors import ConfigurationError, UnavailableError
from semantic_gw.outbound import Outbound, OutboundError
from tests.device_server import Device, dripping, reply, silence
from tests.live.server_process import free_port

METADATA = "169.254.169.254"
ENDLESS = b"HTTP/1.1 200 OK\r\n\r\n"


@pytest.fixture
async def device() -> AsyncIterator[Device]:
    async with Device({"/": reply(b"{}")}).serving() as device:
        yield device


def allowing(*hosts: str, **changes: Any) -> Outbound:
    given: dict[str, Any] = {"schemes": ("http",), "private": True, "timeout_s": 2.0, "max_bytes": 1000, **changes}
    return Outbound(hosts=hosts, **given)


class Names:
    """A name server: each look-up of a name gives the next of its lists of addresses, the last one for ever."""

    def __init__(self, **answers: Sequence[Sequence[str]]) -> None:
        self._answers = {name.replace("_", "."): list(lists) for name, lists in answers.items()}
        self.asked: list[str] = []

    def __call__(self, host: str, _port: int) -> Sequence[str]:
        self.asked.append(host)
        lists = self._answers[host]
        return lists.pop(0) if len(lists) > 1 else lists[0]


LOCAL = Names(lamp_test=[["127.0.0.1"]])

# What is asked, and of whom:


async def test_an_answer_is_given_as_it_came(device: Device) -> None:
    device.answers["/a?b=c"] = reply(b"21.5", content_type="text/plain; charset=utf-8", Retry_After="7")
    answer = await allowing("127.0.0.0/8").aget(f"{device.url}/a?b=c", accept="*/*")

    assert (answer.status, answer.content_type, answer.body) == (200, "text/plain; charset=utf-8", b"21.5")
    assert answer.header("Retry-After") == "7"


def test_it_can_be_asked_without_an_event_loop() -> None:
    async def served() -> int:
        async with Device({"/": reply(b"1")}).serving() as device:
            asking = asyncio.to_thread(allowing("127.0.0.1").get, f"{device.url}/", accept="*/*")
            return (await asking).status

    assert asyncio.run(served()) == 200


async def test_the_host_field_holds_the_name_and_the_port(device: Device) -> None:
    await allowing("lamp.test", "127.0.0.0/8", resolve=LOCAL).aget(f"http://lamp.test:{device.port}/", accept="a/b")

    assert device.asked[0].headers["host"] == f"lamp.test:{device.port}"
    assert device.asked[0].headers["accept"] == "a/b"
    assert device.asked[0].headers["accept-encoding"] == "identity"


async def test_headers_of_the_caller_are_sent(device: Device) -> None:
    headers = [("Authorization", "Bearer t")]
    await allowing("127.0.0.1").aget(f"{device.url}/", accept="*/*", headers=headers)

    assert device.asked[0].headers["authorization"] == "Bearer t"


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "\0", "☃"])
async def test_a_header_cannot_bring_another(device: Device, value: str) -> None:
    with pytest.raises(OutboundError, match="cannot be asked"):
        await allowing("127.0.0.1").aget(f"{device.url}/", accept="*/*", headers=[("X", value)])

    assert device.asked == []


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("", "/"),
        ("?a", "/?a"),
        ("/a#b", "/a"),
        ("/küche/温度", "/k%C3%BCche/%E6%B8%A9%E5%BA%A6"),
        ("/a%2Fb", "/a%2Fb"),
        ("//a", "//a"),
        ("/../a", "/../a"),
        ('/{a}|"<>^`', "/%7Ba%7D%7C%22%3C%3E%5E%60"),
        ("/a@b:c", "/a@b:c"),
    ],
)  # fmt: skip
async def test_a_path_is_sent_as_an_ascii_target_without_the_fragment(device: Device, path: str, sent: str) -> None:
    await allowing("127.0.0.1").aget(device.url + path, accept="*/*")

    assert device.paths == [sent]


async def test_cookies_are_not_kept(device: Device) -> None:
    device.answers["/"] = reply(b"", Set_Cookie="a=b")
    asking = allowing("127.0.0.1")
    await asking.aget(device.url, accept="*/*")
    await asking.aget(device.url, accept="*/*")

    assert "cookie" not in device.asked[1].headers


async def test_proxies_of_the_environment_are_not_used(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    assert (await allowing("127.0.0.1").aget(device.url, accept="*/*")).status == 200


@pytest.mark.parametrize("where", [f"http://{METADATA}/latest", "/other", "file:///etc/passwd"])
async def test_redirects_are_not_followed(device: Device, where: str) -> None:
    device.answers["/"] = reply(b"", 302, Location=where)
    answer = await allowing("127.0.0.0/8", f"{METADATA}/32").aget(device.url, accept="*/*")

    assert answer.status == 302
    assert device.paths == ["/"]


# Ways to write a URL:


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:{port}",
        "http://LOCALHOST:{port}/",
        "HTTP://LocalHost:{port}/",
        "http://localhost.:{port}/",
        "http://localhost:{port}/?u=http://127.0.0.1",
        "http://localhost:{port}/#@evil.test",
        "http://localhost:{port}?@127.0.0.1",
    ],
)
async def test_these_urls_mean_the_host_that_is_allowed(device: Device, url: str) -> None:
    device.answers |= dict.fromkeys(("/?u=http://127.0.0.1", "/?@127.0.0.1"), reply(b""))
    answer = await allowing("localhost").aget(url.format(port=device.port), accept="*/*")

    assert answer.status == 200
    assert device.asked[0].headers["host"] == f"localhost:{device.port}"


@pytest.mark.parametrize(
    "url",
    [
        # the address itself is not allowed, however it is written
        "http://127.0.0.1:{port}/",
        "http://127.0.0.1.:{port}/",
        "http://127.1:{port}/",
        "http://127.0.1:{port}/",
        "http://2130706433:{port}/",
        "http://0x7f000001:{port}/",
        "http://0X7F.0.0.1:{port}/",
        "http://0x7f.0x0.0x0.0x1:{port}/",
        "http://017700000001:{port}/",
        "http://0177.0.0.1:{port}/",
        "http://127.0.0.01:{port}/",
        "http://127.000.000.001:{port}/",
        "http://0:{port}/",
        "http://0.0.0.0:{port}/",
        "http://127.0.0.2:{port}/",
        "http://256.256.256.256:{port}/",
        "http://[::1]:{port}/",
        "http://[::]:{port}/",
        "http://[0:0:0:0:0:0:0:1]:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://[::ffff:7f00:1]:{port}/",
        "http://[::127.0.0.1]:{port}/",
        "http://[64:ff9b::7f00:1]:{port}/",
        "http://[2002:7f00:1::]:{port}/",
        "http://[::1%25lo]:{port}/",
        "http://[::1%lo]:{port}/",
        "http://[v1.a]:{port}/",
        "http://[localhost]:{port}/",
        "http://[127.0.0.1]:{port}/",
        # the allowed name stands somewhere else
        "http://127.0.0.1:{port}#@localhost",
        "http://127.0.0.1:{port}?@localhost",
        "http://127.0.0.1:{port}/@localhost",
        "http://localhost@127.0.0.1:{port}/",
        "http://localhost:{port}@127.0.0.1:{port}/",
        "http://localhost%00@127.0.0.1:{port}/",
        "http://127.0.0.1:{port}\\@localhost:{port}/",
        "http://localhost:{port}\\@127.0.0.1/",
        "http://localhost.evil.test:{port}/",
        "http://evil.localhost:{port}/",
        "http://localhost-evil:{port}/",
        "http://localhost%2eevil.test:{port}/",
        "http://localhost%2f@127.0.0.1:{port}/",
        # credentials
        "http://user:secret@localhost:{port}/",
        "http://@localhost:{port}/",
        "http://:@localhost:{port}/",
        # other alphabets that may become the allowed name
        "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:{port}/",
        "http://localhoſt:{port}/",
        "http://localhost。:{port}/",
        "http://１２７.0.0.1:{port}/",
        "http://①②⑦.0.0.1:{port}/",
        "http://loc\u00adalhost:{port}/",
        "http://localhost\u200b:{port}/",
        # spaces, controls, other slashes
        " http://localhost:{port}/",
        "http://localhost:{port}/ ",
        "http://localhost:{port}/\r\nX-Evil: 1",
        "http://local\thost:{port}/",
        "http://localhost\0:{port}/",
        "http:\\\\localhost:{port}\\",
        "http:/localhost:{port}/",
        "http:localhost:{port}/",
        "http:///localhost:{port}/",
        "http:////localhost:{port}/",
        "//localhost:{port}/",
        "localhost:{port}/",
        # ports and schemes
        "http://localhost:0/",
        "http://localhost:0{port}/",
        "http://localhost:65536/",
        "http://localhost:99999999/",
        "http://localhost:-1/",
        "http://localhost:{port}:{port}/",
        "http://localhost:８０/",
        "http://localhost..:{port}/",
        "http://.localhost:{port}/",
        "http://:{port}/",
        "http://",
        "",
        "https://localhost:{port}/",
        "ftp://localhost:{port}/",
        "gopher://localhost:{port}/_GET",
        "file:///etc/passwd",
        "file://localhost/etc/passwd",
        "data:text/plain,1",
        "javascript:1",
        "unix:///var/run/docker.sock",
        "dict://localhost:{port}/",
        "http+unix://localhost:{port}/",
        "http://localhost:{port}/\ud800",
    ],
)
async def test_these_urls_are_refused_and_nothing_is_asked(device: Device, url: str) -> None:
    with pytest.raises(OutboundError):
        await allowing("localhost").aget(url.replace("{port}", str(device.port)), accept="*/*")

    assert device.asked == []


async def test_an_endless_url_is_refused(device: Device) -> None:
    with pytest.raises(OutboundError, match="8000 are the most"):
        await allowing("127.0.0.1").aget(device.url + "/" + 8000 * "a", accept="*/*")


async def test_a_refusal_does_not_repeat_a_password(device: Device) -> None:
    with pytest.raises(OutboundError) as raised:
        await allowing("localhost").aget("http://user:secret@localhost/", accept="*/*")

    assert "secret" not in str(raised.value)


# Where a name may be:

NOT_GLOBAL = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", METADATA, "172.16.0.1",
    "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
    "239.255.255.250", "240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:8.8.8.8",
    "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::",
    "2002:808:808::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "ff0e::1", "4000::1",
]  # fmt: skip


@pytest.mark.parametrize("address", NOT_GLOBAL)
async def test_a_name_at_an_address_that_is_not_global_is_refused(address: str) -> None:
    asking = allowing("lamp.test", "0.0.0.0/0", "::/0", private=False, resolve=Names(lamp_test=[[address]]))
    with pytest.raises(OutboundError, match="addresses of this kind are not allowed"):
        await asking.aget("http://lamp.test/", accept="*/*")


@pytest.mark.parametrize("address", NOT_GLOBAL)
async def test_an_address_that_is_not_global_is_refused_even_when_listed(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(OutboundError, match="addresses of this kind are not allowed"):
        await allowing("0.0.0.0/0", "::/0", private=False).aget(f"http://{host}/", accept="*/*")


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001::1"])
def test_addresses_of_the_internet_are_global(address: str) -> None:
    assert outbound._is_global(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [METADATA, "127.0.0.1", "::1", "0.0.0.0", "::", "224.0.0.1", "255.255.255.255", "fe80::1", "ff02::1",
     "::ffff:127.0.0.1", "::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::"],
)  # fmt: skip
async def test_even_a_private_name_is_not_at_this_host_or_its_link(address: str) -> None:
    asking = allowing("lamp.test", "10.0.0.0/8", resolve=Names(lamp_test=[[address]]))
    with pytest.raises(OutboundError, match="addresses of this kind are not allowed"):
        await asking.aget("http://lamp.test/", accept="*/*")


async def test_a_name_that_moves_is_asked_where_it_was_checked(device: Device) -> None:
    names = Names(lamp_test=[["127.0.0.1"], [METADATA]])
    answer = await allowing("lamp.test", "127.0.0.0/8", resolve=names).aget(
        f"http://lamp.test:{device.port}/", accept="*/*"
    )

    assert answer.status == 200
    assert names.asked == ["lamp.test"]


async def test_of_several_addresses_only_those_allowed_are_asked(device: Device) -> None:
    names = Names(lamp_test=[[METADATA, "::1", "127.0.0.1"]])
    await allowing("lamp.test", "127.0.0.0/8", resolve=names).aget(f"http://lamp.test:{device.port}/", accept="*/*")

    assert device.paths == ["/"]


async def test_the_next_address_is_asked_where_one_does_not_answer(device: Device) -> None:
    names = Names(lamp_test=[["127.0.0.2", "127.0.0.1"]])
    await allowing("lamp.test", "127.0.0.0/8", resolve=names).aget(f"http://lamp.test:{device.port}/", accept="*/*")

    assert device.paths == ["/"]


async def test_a_name_that_is_not_known_is_a_peer_that_is_away() -> None:
    with pytest.raises(UnavailableError, match=r"nowhere\.invalid"):
        await allowing("nowhere.invalid").aget("http://nowhere.invalid/", accept="*/*")


async def test_a_slow_name_server_is_waited_for_no_longer_than_for_an_answer() -> None:
    def resolve(_host: str, _port: int) -> Sequence[str]:
        time.sleep(0.5)
        return ["127.0.0.1"]

    began = time.monotonic()
    with pytest.raises(UnavailableError, match=r"within 0\.1 s"):
        await allowing("lamp.test", timeout_s=0.1, resolve=resolve).aget("http://lamp.test/", accept="*/*")

    assert time.monotonic() - began < 0.4


@pytest.mark.parametrize(
    "host",
    ["*.lamp.test", "http://lamp.test", "lamp.test:80", "lamp test", "küche.test", "", "127.1", "0x7f.1", "1.2.3"],
)
def test_a_host_that_is_neither_name_nor_network_is_a_wrong_setting(host: str) -> None:
    with pytest.raises(ConfigurationError, match="neither a host name nor a network"):
        allowing(host)


def test_nothing_is_allowed_where_no_host_is() -> None:
    with pytest.raises(OutboundError, match="not among those allowed"):
        allowing().get("http://localhost/", accept="*/*")


# Peers that answer badly:


async def test_a_peer_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(UnavailableError, match="does not answer"):
        await allowing("127.0.0.1").aget(f"http://127.0.0.1:{free_port()}/", accept="*/*")


@pytest.mark.parametrize(
    "answer",
    [
        silence,
        dripping(b"", b"H", 0.05),
        dripping(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n", 0.05),
        dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.05),
        dripping(ENDLESS, b"1", 0.05),
    ],
    ids=["never", "slow status", "slow headers", "always continue", "slow body"],
)
async def test_a_slow_answer_ends_at_the_deadline(device: Device, answer: Any) -> None:
    device.answers["/"] = answer
    began = time.monotonic()
    with pytest.raises(UnavailableError):
        await allowing("127.0.0.1", timeout_s=0.3).aget(device.url, accept="*/*")

    assert time.monotonic() - began < 1.0


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"garbage\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        dripping(b"HTTP/1.1 200 OK\r\n", b"A: " + 60_000 * b"b" + b"\r\n", 0),
    ],
    ids=["nothing", "garbage", "too short", "bad chunk", "bad length", "endless headers"],
)
async def test_an_answer_that_is_not_http_is_none(device: Device, answer: Any) -> None:
    device.answers["/"] = answer
    with pytest.raises(UnavailableError, match="does not answer"):
        await allowing("127.0.0.1").aget(device.url, accept="*/*")


@pytest.mark.parametrize(
    "answer",
    [
        reply(1001 * b"1"),
        dripping(ENDLESS, 100 * b"1", 0),
        dripping(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", 0),
    ],
    ids=["with a length", "without end", "chunked"],
)
async def test_a_body_is_cut_off_at_its_bound(device: Device, answer: Any) -> None:
    device.answers["/"] = answer
    with pytest.raises(OutboundError, match="more than 1000 bytes"):
        await allowing("127.0.0.1").aget(device.url, accept="*/*")


async def test_a_body_as_large_as_the_bound_is_taken(device: Device) -> None:
    device.answers["/"] = reply(1000 * b"1")

    assert len((await allowing("127.0.0.1").aget(device.url, accept="*/*")).body) == 1000


async def test_a_compressed_answer_is_refused_unread(device: Device) -> None:
    device.answers["/"] = reply(gzip.compress(10**6 * b"0"), Content_Encoding="GZIP")
    with pytest.raises(OutboundError, match=r"compressed \(gzip\)"):
        await allowing("127.0.0.1", max_bytes=10**5).aget(device.url, accept="*/*")


# TLS:


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of lamp.test, with its key in the same file."""
    folder = tmp_path_factory.mktemp("tls")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=lamp.test"]
    names = ["-addext", "subjectAltName=DNS:lamp.test", "-keyout", "key.pem", "-out", "lamp.pem"]
    subprocess.run([*command, *names], cwd=folder, check=True, capture_output=True)
    (folder / "both.pem").write_text((folder / "lamp.pem").read_text() + (folder / "key.pem").read_text())
    return folder / "both.pem"


@pytest.fixture
async def secured(certificate: Path) -> AsyncIterator[Device]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    async with Device({"/": reply(b"{}")}).serving(context) as device:
        yield device


def trusting(certificate: Path, **changes: Any) -> Outbound:
    trust = ssl.create_default_context(cafile=str(certificate.with_name("lamp.pem")))
    names = Names(lamp_test=[["127.0.0.1"]], other_test=[["127.0.0.1"]])
    hosts = ("lamp.test", "other.test", "127.0.0.0/8")
    return allowing(*hosts, **{"schemes": ("https",), "tls": trust, "resolve": names, **changes})


async def test_tls_asks_for_the_name_at_the_checked_address(secured: Device, certificate: Path) -> None:
    answer = await trusting(certificate).aget(f"https://lamp.test:{secured.port}/", accept="*/*")

    assert answer.status == 200
    assert secured.sni == ["lamp.test"]
    assert secured.asked[0].headers["host"] == f"lamp.test:{secured.port}"


@pytest.mark.parametrize("host", ["other.test", "127.0.0.1"])
async def test_a_certificate_of_another_name_is_not_taken(secured: Device, certificate: Path, host: str) -> None:
    with pytest.raises(UnavailableError, match="certificate"):
        await trusting(certificate).aget(f"https://{host}:{secured.port}/", accept="*/*")

    assert secured.asked == []


async def test_a_certificate_nobody_vouches_for_is_not_taken(secured: Device, certificate: Path) -> None:
    with pytest.raises(UnavailableError, match="certificate"):
        await trusting(certificate, tls=None).aget(f"https://lamp.test:{secured.port}/", accept="*/*")
