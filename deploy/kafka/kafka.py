#!/usr/bin/env python3
"""A Kafka broker on this machine, for development and tests. Not for production: one node, loopback only.

    python3 deploy/kafka/kafka.py fetch
    python3 deploy/kafka/kafka.py start --data data/kafka --port 9092

It needs Java 17 or newer, and Maven for `fetch`.
"""

from __future__ import annotations

import argparse
import base64
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn

HERE: Final = Path(__file__).resolve().parent
LIBS: Final = HERE / "libs"

PROPERTIES: Final = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "listener.security.protocol.map": "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "inter.broker.listener.name": "CLIENT",
    "controller.listener.names": "CONTROLLER",
    "num.network.threads": "2",
    "num.io.threads": "2",
    "auto.create.topics.enable": "false",
    "group.initial.rebalance.delay.ms": "0",
    # One node: a single replica of everything. Few partitions and a small buffer keep the heap small.
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "log.cleaner.dedupe.buffer.size": "8388608",
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("fetch", help="copy the broker and what it needs to libs/ (about 45 MB)")
    start = commands.add_parser("start", help="run a broker in the foreground until it is stopped")
    start.add_argument("--data", type=Path, required=True, help="folder of its data; formatted when new")
    start.add_argument("--port", type=int, default=9092, help="port of clients on 127.0.0.1 (default: 9092)")
    start.add_argument("--controller-port", type=int, help="port of the controller (default: the next one)")
    start.add_argument("--heap", default="256m", help="Java heap (default: 256m)")
    start.add_argument("--property", action="append", default=[], metavar="NAME=VALUE", help="a server property")
    start.add_argument("--scram", action="append", default=[], metavar="USER=PASSWORD", help="a SCRAM-SHA-256 user")
    options = parser.parse_args(arguments)
    if options.command == "fetch":
        return fetch()
    return run_broker(options)


def fetch() -> int:
    """Copy the broker's jars to libs/ with Maven, which takes them from where it is configured to."""
    maven = find_program("mvn", "install Maven (Debian: apt install maven)")
    goal = ["dependency:copy-dependencies", "--file", str(HERE / "pom.xml")]
    done = subprocess.run([maven, "--quiet", "--batch-mode", "-Dstyle.color=never", *goal], check=False)
    if done.returncode == 0:
        print(f"{len(jars())} jars in {LIBS}")
    return done.returncode


def run_broker(options: argparse.Namespace) -> NoReturn:
    """Become the broker: this process turns into Java, so that a signal sent to it reaches the broker itself."""
    java = find_program("java", "install a Java runtime, 17 or newer (Debian: apt install openjdk-17-jre-headless)")
    if not jars():
        sys.exit(f"no jars in {LIBS}: run {Path(__file__).name} fetch first")
    flags = [f"-Xmx{options.heap}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dlog4j2.disable.jmx=true"]
    flags += ["-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", os.pathsep.join(map(str, jars()))]
    configuration = write_properties(options)
    if not (options.data / "log" / "meta.properties").exists():
        users = [
            f"SCRAM-SHA-256=[name={n},password={p}]" for n, _, p in (user.partition("=") for user in options.scram)
        ]
        scram = [word for user in users for word in ("--add-scram", user)]
        identity = ["-t", new_cluster_id(), "-c", str(configuration)]
        subprocess.run([java, *flags, "kafka.tools.StorageTool", "format", *identity, *scram], check=True)
    sys.stdout.flush()
    os.execv(java, [java, *flags, "kafka.Kafka", str(configuration)])


def write_properties(options: argparse.Namespace) -> Path:
    """Write server.properties to the data folder: ours, then what was given."""
    controller = f"127.0.0.1:{options.controller_port or options.port + 1}"
    options.data.mkdir(parents=True, exist_ok=True)
    properties = {
        **PROPERTIES,
        "listeners": f"CLIENT://127.0.0.1:{options.port},CONTROLLER://{controller}",
        "advertised.listeners": f"CLIENT://127.0.0.1:{options.port}",
        "controller.quorum.voters": f"1@{controller}",
        "log.dirs": str((options.data / "log").resolve()),
        **dict(given.split("=", 1) for given in options.property),
    }
    path: Path = options.data / "server.properties"
    path.write_text("".join(f"{name}={value}\n" for name, value in properties.items()), encoding="utf-8")
    path.chmod(0o600)
    return path


def new_cluster_id() -> str:
    return base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=").replace("-", "0")


def jars() -> list[Path]:
    return sorted(LIBS.glob("*.jar"))


def find_program(name: str, hint: str) -> str:
    return shutil.which(name) or sys.exit(f"no {name} on the path: {hint}")


if __name__ == "__main__":
    sys.exit(main())
