"""How clients of Kafka connect, what their errors mean to a caller, and how their loggers are kept from flooding."""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import aiokafka.errors as kafka_errors
from aiokafka.conn import collect_hosts, create_conn

from semantic_gw.errors import ConfigurationError, GatewayError, UnavailableError
from semantic_gw.settings import KafkaSettings, TlsSettings

CLOSE_S: Final = 5.0
"""Longest time that closing a client may take while its broker is away, in seconds."""

_REFUSALS: Final = (
    kafka_errors.TopicAuthorizationFailedError,
    kafka_errors.GroupAuthorizationFailedError,
    kafka_errors.ClusterAuthorizationFailedError,
    kafka_errors.TransactionalIdAuthorizationFailed,
)
_LOGIN_FAILURES: Final = (
    kafka_errors.SaslAuthenticationFailed,
    kafka_errors.AuthenticationFailedError,
    kafka_errors.UnsupportedSaslMechanismError,
    kafka_errors.IllegalSaslStateError,
)

T = TypeVar("T")
C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach a cluster, as whom, and how long to wait for it."""

    options: Mapping[str, Any]
    """What every client of aiokafka is made with."""
    user: str
    timeout_s: float


def access(settings: KafkaSettings) -> Access:
    """The access that *settings* give. Raises ConfigurationError where they contradict each other.

    A client gives a request up a little before we give the client up: it knows better what was amiss.
    """
    options: dict[str, Any] = {
        "bootstrap_servers": settings.bootstrap_servers,
        "client_id": "semantic-gateway",
        "request_timeout_ms": int(settings.request_timeout_s * 800),
        "security_protocol": settings.security_protocol,
    }
    encrypted = settings.security_protocol in ("SSL", "SASL_SSL")
    if settings.tls.enabled and not encrypted:
        raise ConfigurationError(
            f"kafka.tls.enabled is set, and kafka.security_protocol is {settings.security_protocol}, which does not "
            f"encrypt: set it to SSL or SASL_SSL"
        )
    if encrypted:
        options["ssl_context"] = _ssl_context(settings.tls)
    if settings.security_protocol.startswith("SASL"):
        options["sasl_mechanism"] = settings.sasl_mechanism
        options["sasl_plain_username"] = settings.username
        options["sasl_plain_password"] = settings.password.get_secret_value()
    return Access(options, settings.username, settings.request_timeout_s)


def _ssl_context(tls: TlsSettings) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=str(tls.ca_file) if tls.ca_file else None)
        if tls.cert_file is not None:
            context.load_cert_chain(tls.cert_file, tls.key_file)
    except OSError as error:
        files = ", ".join(str(path) for path in (tls.ca_file, tls.cert_file, tls.key_file) if path)
        raise ConfigurationError(f"kafka.tls: {files or 'the trust store'} cannot be used: {error}") from error
    return context


@asynccontextmanager
async def answering(seconds: float, what: str, user: str = "") -> AsyncIterator[None]:
    """Bound what is done inside to *seconds*, and raise only errors of ours: UnavailableError, ConfigurationError.

    aiokafka alone may wait for ever: an idempotent producer never gives a batch up.
    """
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise UnavailableError(f"{what}: Kafka did not answer within {seconds:g} s") from error
    except (kafka_errors.KafkaError, OSError) as error:
        raise meaning(error, what, user) from error


def meaning(error: Exception, what: str, user: str = "") -> GatewayError:
    """*error* of a client as the error of ours that says what the caller does next."""
    if isinstance(error, _REFUSALS):
        who = f"the user {user}" if user else "this client"
        return ConfigurationError(f"{what}: {who} may not: {error}; grant it the right, or use another user")
    if isinstance(error, _LOGIN_FAILURES):
        return ConfigurationError(
            f"{what}: the broker does not let {user or 'this client'} in: {error}; "
            f"check kafka.username, kafka.password and kafka.sasl_mechanism"
        )
    return UnavailableError(f"{what}: {error or type(error).__name__}")


async def why_unreachable(options: Mapping[str, Any]) -> Exception | None:
    """Why no broker lets us in, None if one does: aiokafka says of every cause only that it cannot bootstrap."""
    reason: Exception | None = None
    names = ("client_id", "request_timeout_ms", "security_protocol", "ssl_context", "sasl_mechanism")
    login = ("sasl_plain_username", "sasl_plain_password")
    given = {name: options[name] for name in (*names, *login) if name in options}
    for host, port, _ in collect_hosts(options["bootstrap_servers"]):
        try:
            connection = await create_conn(host, port, **given)
        except (kafka_errors.KafkaError, OSError) as error:
            reason = error
            if isinstance(error, _LOGIN_FAILURES):
                break
        else:
            connection.close()
            return None
    return reason


class KeptClient(Generic[C]):
    """A client that is started when first needed, and made anew after a failure.

    So it finds a cluster again that came back at other addresses.
    """

    def __init__(self, make: Callable[[], C], close: Callable[[C], Awaitable[None]], access: Access) -> None:
        self._make = make
        self._close = close
        self._access = access
        self._client: C | None = None
        self._starting = asyncio.Lock()

    async def ask(self, call: Callable[[C], Awaitable[T]], what: str) -> T:
        """What *call* gets from the client. Raises UnavailableError, ConfigurationError."""
        client = await self._started()
        try:
            async with answering(self._access.timeout_s, what, self._access.user):
                return await call(client)
        except UnavailableError:
            await self.close()
            raise

    async def _started(self) -> C:
        async with self._starting:
            if self._client is None:
                client = self._make()
                try:
                    await start_client(client, self._access)
                except BaseException:
                    await asyncio.shield(self._close(client))
                    raise
                self._client = client
            return self._client

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await self._close(client)


async def start_client(client: Any, access: Access) -> None:
    """Start *client*. Raises UnavailableError, ConfigurationError, with the reason that aiokafka keeps to its log."""
    async with answering(access.timeout_s, f"connecting to {access.options['bootstrap_servers']}", access.user):
        try:
            await client.start()
        except kafka_errors.KafkaConnectionError as error:
            raise await why_unreachable(access.options) or error from error


async def close_quietly(*closing: Awaitable[None]) -> None:
    """Await each of *closing*, in a bounded time, whatever becomes of it: the peer may be away."""
    for close in closing:
        with suppress(kafka_errors.KafkaError, OSError, asyncio.CancelledError):
            async with asyncio.timeout(CLOSE_S):
                await close


class _Seldom(logging.Filter):
    """Lets a log line through once in *seconds*: aiokafka writes two for every retry, ten times a second."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds
        self._seen: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        now, line = time.monotonic(), (record.name, str(record.msg))
        if now - self._seen.get(line, -self._seconds) < self._seconds:
            return False
        self._seen[line] = now
        return True


_SELDOM: Final = _Seldom(30.0)
_LOGGERS: Final = (
    "aiokafka",
    "aiokafka.client",
    "aiokafka.cluster",
    "aiokafka.conn",
    "aiokafka.consumer.consumer",
    "aiokafka.consumer.fetcher",
    "aiokafka.consumer.group_coordinator",
    "aiokafka.consumer.subscription_state",
    "aiokafka.producer.producer",
    "aiokafka.producer.sender",
    "aiokafka.admin.client",
)


def quiet_loggers() -> None:
    """Rate-limit the loggers of aiokafka. A filter holds for its own logger alone, so each gets it."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_SELDOM)
