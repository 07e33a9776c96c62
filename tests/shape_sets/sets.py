"""Shape sets for tests, and the parts that manage them on a database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from semantic_gw.directory.database import open_database
from semantic_gw.rdf.namespaces import RDFS, SAREF
from semantic_gw.sandbox import Sandbox
from semantic_gw.settings import PolicySettings, ShapesSettings
from semantic_gw.shape_sets.collection import Base, Compiler, build
from semantic_gw.shape_sets.policies import Policies
from semantic_gw.shape_sets.running import Running
from semantic_gw.shape_sets.shape_set import Origin, ShapeSet
from semantic_gw.shape_sets.shape_sets import ShapeSets
from semantic_gw.shape_sets.workshop import Workshop

HEAD = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <urn:example:> .
"""
BAD = HEAD + "ex:Wrong sh:targetClass ex:Lamp ; sh:minimumCount 1 ."
BROKEN = HEAD + "ex:Wrong sh:targetClass"
WITHOUT_WATTS = "SELECT $this WHERE { FILTER NOT EXISTS { $this <urn:example:watts> ?w } }"
SPARQL = f'{HEAD} ex:Slow sh:targetClass ex:Lamp ; sh:sparql [ sh:message "no watts" ; sh:select "{WITHOUT_WATTS}" ] .'
BACKGROUND = (("urn:example:Bulb", RDFS + "subClassOf", "urn:example:Lamp"), (SAREF + "X", RDFS + "label", "urn:x"))


def lamp(least: int = 1, name: str = "Lamp", severity: str = "Violation") -> bytes:
    """A set with one shape: a lamp has at least *least* watts."""
    watts = f"[ sh:path ex:watts ; sh:minCount {least} ; sh:severity sh:{severity} ]"
    return f"{HEAD} ex:{name} sh:targetClass ex:Lamp ; sh:property {watts} .".encode()


def file_set(name: str, content: bytes) -> ShapeSet:
    return ShapeSet(name, Origin.SHIPPED, content)


def base(sets: Mapping[str, bytes] | None = None, policies: PolicySettings | None = None) -> Base:
    """What comes from files; by default one set, `core`."""
    given = sets if sets is not None else {"core": lamp(1, "Core")}
    found = {name: file_set(name, content) for name, content in given.items()}
    return Base(found, Policies(policies or PolicySettings()), Compiler(BACKGROUND, "pyshacl"))


class Clock:
    """One second later at each look."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now


@asynccontextmanager
async def managed(
    url: str, given: Base | None = None, settings: ShapesSettings | None = None, sandbox: Sandbox | None = None
) -> AsyncIterator[ShapeSets]:
    """Shape sets on the database at *url*, which has been read."""
    files, clock = given or base(), Clock()
    database = open_database(url)
    database.start()
    running = Running(database, files, build(files, None), clock=clock)
    own = sandbox or Sandbox(deadline_s=20.0, memory_bytes=1024**3)
    try:
        await running.catch_up()
        workshop = Workshop(own, patience_s=20.0)
        yield ShapeSets(database, running, settings or ShapesSettings(), workshop, clock=clock)
    finally:
        if sandbox is None:
            own.close()
        database.stop()
