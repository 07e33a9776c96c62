"""A real Kafka broker of the test's own: started, killed and started again on one port and one set of data.

The fixture `kafka` is one broker for the whole session; a conftest.py that imports it offers it to its folder.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.live.server_process import ServerProcess, free_port, require_java_server
from tests.shared import ROOT, unavailable

SCRIPT = ROOT / "deploy" / "kafka" / "kafka.py"

FAST: Mapping[str, str] = {
    # After a kill the new broker waits for the session of the old one to end: 9 s by default.
    "broker.session.timeout.ms": "1000",
    "broker.heartbeat.interval.ms": "250",
    "group.min.session.timeout.ms": "1000",
    "log.cleaner.backoff.ms": "500",
}

SCRAM_ADMIN = ("admin", "admin-secret")
_LOGIN = "org.apache.kafka.common.security"

SCRAM: Mapping[str, str] = {
    "listener.security.protocol.map": "CLIENT:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT",
    "sasl.enabled.mechanisms": "SCRAM-SHA-256,PLAIN",
    "sasl.mechanism.inter.broker.protocol": "SCRAM-SHA-256",
    "sasl.mechanism.controller.protocol": "PLAIN",
    "listener.name.controller.sasl.enabled.mechanisms": "PLAIN",
    "listener.name.controller.plain.sasl.jaas.config": f"{_LOGIN}.plain.PlainLoginModule required "
    'username="broker" password="broker-secret" user_broker="broker-secret";',
    "listener.name.client.scram-sha-256.sasl.jaas.config": f"{_LOGIN}.scram.ScramLoginModule required "
    f'username="{SCRAM_ADMIN[0]}" password="{SCRAM_ADMIN[1]}";',
    "listener.name.client.plain.sasl.jaas.config": f'{_LOGIN}.plain.PlainLoginModule required user_pat="pat-secret";',
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "super.users": "User:broker;User:admin;User:pat",
    "allow.everyone.if.no.acl.found": "false",
}
"""A broker that wants a login (SCRAM-SHA-256, or PLAIN as pat) and lets nobody but the super users do anything."""


def tls(folder: Path) -> Mapping[str, str]:
    """A broker that encrypts, and wants a login too; `folder/ca.pem` is the authority that its clients trust."""
    if shutil.which("openssl") is None:
        unavailable("no openssl: the tests of encryption make their certificates with it")
    folder.mkdir(parents=True, exist_ok=True)
    key = ["req", "-newkey", "rsa:2048", "-nodes"]
    authority = [
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
        "-subj",
        "/CN=authority",
        "-addext",
        "keyUsage=critical,keyCertSign",
    ]
    signing = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-copy_extensions", "copy"]
    request = [
        "-keyout",
        "broker.key",
        "-out",
        "broker.csr",
        "-subj",
        "/CN=broker",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
    ]
    for arguments in (
        [*key, "-x509", "-days", "2", *authority],
        [*key, *request],
        ["x509", "-req", "-days", "2", "-in", "broker.csr", *signing, "-out", "broker.crt"],
    ):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)
    parts = [(folder / name).read_text() for name in ("broker.key", "broker.crt", "ca.pem")]
    (folder / "broker.pem").write_text("".join(parts))
    return {
        **SCRAM,
        "listener.security.protocol.map": "CLIENT:SASL_SSL,CONTROLLER:SASL_PLAINTEXT",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(folder / "broker.pem"),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(folder / "ca.pem"),
    }


def require_kafka() -> None:
    require_java_server("Kafka", SCRIPT)


@dataclass
class KafkaServer(ServerProcess):
    """One broker on 127.0.0.1 with its data in *folder*."""

    name = "Kafka"
    log_name = "broker.log"
    properties: Mapping[str, str] = field(default_factory=dict)
    users: Mapping[str, str] = field(default_factory=dict)
    """SCRAM-SHA-256 users and their passwords."""
    port: int = field(default_factory=free_port)
    controller_port: int = field(default_factory=free_port)

    @property
    def bootstrap_servers(self) -> str:
        return f"127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        given = {**FAST, **self.properties}
        ports = ["--port", str(self.port), "--controller-port", str(self.controller_port)]
        properties = [word for name, value in given.items() for word in ("--property", f"{name}={value}")]
        users = [word for name, password in self.users.items() for word in ("--scram", f"{name}={password}")]
        return [sys.executable, str(SCRIPT), "start", "--data", str(self.folder / "data"), *ports, *properties, *users]

    def is_there(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaServer]:
    """A broker that the whole session shares: use topics and groups of your own."""
    require_kafka()
    server = KafkaServer(tmp_path_factory.mktemp("kafka"))
    server.start()
    yield server
    server.stop()
