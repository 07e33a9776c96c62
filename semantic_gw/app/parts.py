"""Everything that is loaded and compiled once: mappings, shapes, vocabulary, and the pipeline made of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from semantic_gw.app.bus import bus_of
from semantic_gw.bus.log import LogBus
from semantic_gw.codecs import Codecs
from semantic_gw.contracts import Bus, Describer
from semantic_gw.describers.fields import FieldDescriber
from semantic_gw.directory.known_things import KnownThings
from semantic_gw.errors import ConfigurationError
from semantic_gw.lexicon import Lexicon
from semantic_gw.model import IRI
from semantic_gw.pipeline.family import Families, Family
from semantic_gw.pipeline.manifests import plug_in_folders, plug_ins
from semantic_gw.pipeline.mappings import Catalogue, Folders, Mappings
from semantic_gw.pipeline.pipeline import Pipeline
from semantic_gw.pipeline.publish import Recorder
from semantic_gw.pipeline.readings import ReadingStage
from semantic_gw.rdf.ontology import Ontology, load_ontology
from semantic_gw.settings import Settings
from semantic_gw.shape_sets.collection import Base, Collection, build
from semantic_gw.shape_sets.gate import Gate
from semantic_gw.shipped import MAPPINGS, ONTOLOGIES, THING_MODEL
from semantic_gw.validators import CompiledShapes


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that is loaded and compiled once, before any payload comes."""

    settings: Settings
    ontology: Ontology
    lexicon: Lexicon
    catalogue: Catalogue
    """The mappings that were there at the start."""
    mappings: Mappings
    """Likewise, as the pipeline has them."""
    families: Families
    codecs: Codecs
    base: Base
    """The shape sets and policies of files; those that are managed stand in the directory's database."""
    collection: Collection
    """What is compiled of *base*."""
    pipeline: Pipeline
    recorder: Recorder

    @property
    def shapes(self) -> CompiledShapes:
        return self.collection.shapes


def load_parts(settings: Settings) -> Parts:
    """Load and compile mappings, shapes and vocabulary. Raises ConfigurationError."""
    ontology = load_ontology(sorted(ONTOLOGIES.glob("*.ttl")))
    catalogue = mapping_folders(settings).load()
    families = catalogue.families
    lexicon = Lexicon.load()
    mappings = mappings_of(families, lexicon, settings)
    background = (*ontology.triples, *lexicon.compatible_units())
    base = Base.of(settings.shapes, background)
    collection = build(base, None)
    codecs = Codecs.load(max_bytes=settings.max_payload_bytes)
    pipeline = Pipeline(
        decode=codecs.decode,
        families=families,
        describers=mappings.describers,
        things=KnownThings(settings.base_iri, families.ignored_members, lexicon=lexicon),
        gate=Gate(collection.shapes, collection.policies),
        readings=ReadingStage(mappings.fields, families.guests),
    )
    recorder = Recorder(settings.bus, settings.base_iri)
    return Parts(
        settings, ontology, lexicon, catalogue, mappings, families, codecs, base, collection, pipeline, recorder
    )


def mapping_folders(settings: Settings) -> Folders:
    """Where mappings are: one's own, then those of plug-ins, then those that are shipped."""
    folders = (*settings.mappings, *plug_in_folders(), MAPPINGS)
    return Folders(tuple(dict.fromkeys(folders)), settings.families, settings.base_iri)


def mappings_of(families: Families, lexicon: Lexicon, settings: Settings) -> Mappings:
    """What the pipeline needs to work by *families*. Raises ConfigurationError."""
    return Mappings(families, describers_of(families, lexicon, settings), field_describers(families, settings))


def field_describers(families: Iterable[Family], settings: Settings) -> Mapping[str, FieldDescriber]:
    """By family: each knows its own names before those that all share. Raises MappingError."""
    broker = f"mqtt://{settings.mqtt.host or 'localhost'}:{settings.mqtt.port}/"
    return {
        family.id: FieldDescriber(
            Lexicon.load(*family.names),
            broker=broker,
            gateway=settings.base_iri,
            model=_model_of(family, settings.base_iri),
        )
        for family in families
        if family.readers
    }


def _model_of(family: Family, base: IRI) -> str:
    """Where the gateway serves the Thing Model of *family*; empty where there is none, or *base* is no URL."""
    there = base.startswith("http") and (family.folder / THING_MODEL).is_file()
    return f"{base}mappings/{quote(family.id, safe='')}/thing-model" if there else ""


def describers_of(families: Iterable[Family], lexicon: Lexicon, settings: Settings) -> dict[str, Describer]:
    classes = plug_ins("semantic_gw.describers")
    broker = f"mqtt://{settings.mqtt.host or 'localhost'}:{settings.mqtt.port}/"
    wanted = {family.describer for family in families if family.describer}
    if missing := wanted - classes.keys():
        raise ConfigurationError(f"no describer {', '.join(sorted(missing))}; there are {', '.join(sorted(classes))}")
    return {name: classes[name](lexicon, broker=broker) for name in wanted}


@asynccontextmanager
async def open_bus(settings: Settings) -> AsyncIterator[Bus]:
    """The bus of *settings*, started, for a command that reads or replays."""
    bus = bus_of(settings.kafka, LogBus(settings.log.path))
    await bus.start()
    try:
        yield bus
    finally:
        await bus.stop()


def increasing_clock() -> Callable[[], datetime]:
    """A clock in UTC that never gives the same microsecond twice: the time is part of what names a message."""
    last = datetime.min.replace(tzinfo=UTC)

    def now() -> datetime:
        nonlocal last
        last = max(datetime.now(UTC), last + timedelta(microseconds=1))
        return last

    return now
