#!/usr/bin/env python3
"""Fuseki on this machine as a graph store of the gateway, for development and tests: loopback only.

    python3 deploy/fuseki/fuseki.py fetch
    python3 deploy/fuseki/fuseki.py start --data data/fuseki --port 3030

It needs Java 17 or newer, and Maven for `fetch`. Its endpoints are /ds/query and /ds/update.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn

HERE: Final = Path(__file__).resolve().parent
LIBS: Final = HERE / "libs"
MAIN: Final = "org.apache.jena.fuseki.main.cmds.FusekiMainCmd"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("fetch", help="copy Fuseki and what it needs to libs/ (about 35 MB)")
    start = commands.add_parser("start", help="run it in the foreground until it is stopped")
    start.add_argument("--data", type=Path, required=True, help="folder of its files; made when missing")
    start.add_argument("--memory", action="store_true", help="keep the graphs in memory only")
    start.add_argument("--port", type=int, default=3030, help="port on 127.0.0.1 (default: 3030)")
    start.add_argument("--heap", default="1g", help="Java heap (default: 1g)")
    start.add_argument("--passwords", type=Path, help="file of `user: password` lines; without it, everybody may write")
    options = parser.parse_args(arguments)
    if options.command == "fetch":
        return fetch()
    return run_server(options)


def fetch() -> int:
    """Copy the jars to libs/ with Maven, which takes them from where it is configured to."""
    maven = find_program("mvn", "install Maven (Debian: apt install maven)")
    goal = ["dependency:copy-dependencies", "--file", str(HERE / "pom.xml")]
    done = subprocess.run([maven, "--quiet", "--batch-mode", "-Dstyle.color=never", *goal], check=False)
    if done.returncode == 0:
        print(f"{len(jars())} jars in {LIBS}")
    return done.returncode


def run_server(options: argparse.Namespace) -> NoReturn:
    """Become the server: this process turns into Java, so that a signal sent to it reaches the server itself."""
    java = find_program("java", "install a Java runtime, 17 or newer (Debian: apt install openjdk-17-jre-headless)")
    if not jars():
        sys.exit(f"no jars in {LIBS}: run {Path(__file__).name} fetch first")
    flags = [f"-Xmx{options.heap}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    given = ["--localhost", f"--port={options.port}", f"--config={write_configuration(options)}"]
    if options.passwords:
        given += [f"--passwd={options.passwords}", "--auth=basic"]
    sys.stdout.flush()
    os.execv(java, [java, *flags, "-cp", os.pathsep.join(map(str, jars())), MAIN, *given])


def write_configuration(options: argparse.Namespace) -> Path:
    """Write fuseki.ttl to the data folder, with the place of the database in it."""
    database: Path = options.data.resolve() / "tdb2"
    database.mkdir(parents=True, exist_ok=True)
    text = (HERE / "fuseki.ttl").read_text("utf-8")
    path: Path = options.data / "fuseki.ttl"
    path.write_text(text.replace("{location}", "--mem--" if options.memory else database.as_posix()), "utf-8")
    return path


def jars() -> list[Path]:
    return sorted(LIBS.glob("*.jar"))


def find_program(name: str, hint: str) -> str:
    return shutil.which(name) or sys.exit(f"no {name} on the path: {hint}")


if __name__ == "__main__":
    sys.exit(main())
