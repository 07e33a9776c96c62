from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import pytest

from semantic_gw.errors import ConfigurationError
from semantic_gw.lexicon import Lexicon
from semantic_gw.model import IRI
from semantic_gw.rdf.namespaces import QUANTITY_KIND, QUDT, SAREF, SGW, SKOS
from semantic_gw.rdf.ontology import (
    DEFAULT_UNIT,
    EVENT_KIND,
    HAS_QUANTITY_KIND,
    KIND_CLASSES,
    POSITION,
    PROPERTY,
    STATE,
    TYPE,
    Ontology,
    check_consistency,
    load_lock,
    load_ontology,
)
from semantic_gw.shipped import ONTOLOGIES
from tests.shared import CI, shared

VOCABULARY = load_ontology([ONTOLOGIES / "sgw.ttl"])
SHIPPED = sorted(ONTOLOGIES.glob("*.ttl"))

needs_java = pytest.mark.skipif(not shutil.which("java") and not CI, reason="the reasoner needs Java")


def kinds_of(class_: IRI) -> list[IRI]:
    return [kind for kind, type_ in VOCABULARY.kinds.items() if type_ == class_]


@cache
def core() -> Ontology:
    return load_ontology([shared("saref/core-v4.1.1.ttl")])


# ── Our vocabulary ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_kind_has_a_label() -> None:
    assert not [kind for kind in VOCABULARY.kinds if not VOCABULARY.labels.get(kind, "").strip()]


def test_every_kind_has_exactly_one_type() -> None:
    types = {kind: KIND_CLASSES.intersection(VOCABULARY.objects(kind, TYPE)) for kind in VOCABULARY.kinds}

    assert not {kind: found for kind, found in types.items() if len(found) != 1}


def test_what_is_broader_is_a_kind_of_the_same_type() -> None:
    pairs = [(kind, above) for kind, found in VOCABULARY.broader.items() for above in found]

    assert not [(kind, above) for kind, above in pairs if VOCABULARY.kinds[kind] != VOCABULARY.kinds.get(above)]


def test_no_kind_is_broader_than_itself() -> None:
    pairs = [(kind, above) for kind, found in VOCABULARY.broader.items() for above in found]

    assert not [(kind, above) for kind, above in pairs if kind in VOCABULARY.broader.get(above, ())]


def test_no_two_kinds_of_a_type_have_the_same_label() -> None:
    labels = [(type_, VOCABULARY.labels[kind]) for kind, type_ in VOCABULARY.kinds.items()]

    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(("class_", "ending"), [(SAREF + "Command", "Command"), (SAREF + "Function", "Function")])
def test_commands_and_functions_are_named_as_saref_wants(class_: IRI, ending: str) -> None:
    assert all(kind.endswith(ending) for kind in kinds_of(class_))


@pytest.mark.parametrize(("class_", "word"), [(PROPERTY, "Property"), (STATE, "State")])
def test_properties_and_states_are_named_as_saref_wants(class_: IRI, word: str) -> None:
    assert not [kind for kind in kinds_of(class_) if word in kind.removeprefix(SGW)]


def test_every_possible_state_is_a_state() -> None:
    states = {state for kind in VOCABULARY.kinds for state in VOCABULARY.states(kind)}

    assert {VOCABULARY.kinds[state] for state in states} == {STATE}


def test_every_state_is_possible_for_its_natural_kind() -> None:
    states = {state for kind in VOCABULARY.kinds for state in VOCABULARY.states(kind)}
    natural = {state: VOCABULARY.objects(state, SKOS + "broader")[0] for state in states}

    assert not [state for state, kind in natural.items() if state not in VOCABULARY.states(kind)]


def test_every_quantity_kind_is_qudts() -> None:
    qudt = load_ontology([shared("saref/qudt-quantitykind-trimmed.ttl")])
    known = {s for s, p, o in qudt.triples if p == TYPE and o == QUDT + "QuantityKind"}

    used = {quantity_kind for kind in VOCABULARY.kinds for quantity_kind in VOCABULARY.objects(kind, HAS_QUANTITY_KIND)}
    assert used <= known


def test_no_kind_has_two_quantity_kinds() -> None:
    assert all(len(VOCABULARY.objects(kind, HAS_QUANTITY_KIND)) <= 1 for kind in VOCABULARY.kinds)


def test_every_kind_of_property_has_a_unit_it_can_be_told_in() -> None:
    told = {kind for kind, _, _ in Lexicon.load().compatible_units()}

    assert set(kinds_of(PROPERTY)) == told | {POSITION}


def test_a_default_unit_is_a_compatible_one() -> None:
    compatible = {(kind, unit) for kind, _, unit in Lexicon.load().compatible_units()}
    defaults = {(kind, unit) for kind in VOCABULARY.kinds for unit in VOCABULARY.objects(kind, DEFAULT_UNIT)}

    assert defaults <= compatible


def test_every_name_in_the_lexicon_means_a_kind_of_the_vocabulary() -> None:
    meant = {row.kind for rows in Lexicon.load().rows.values() for row in rows}

    assert meant <= VOCABULARY.kinds.keys()


def test_there_are_kinds_of_event() -> None:
    assert {SGW + "SinglePress", SGW + "DeviceAction"} <= set(kinds_of(EVENT_KIND))


def test_the_vocabulary_uses_only_terms_that_saref_has() -> None:
    terms = {
        term for triple in VOCABULARY.triples for term in triple if isinstance(term, str) and term.startswith(SAREF)
    }
    versions = {term for term in terms if term.startswith(SAREF + "v")}

    assert terms - versions <= {subject for subject, _, _ in core().triples}


def test_what_we_say_of_saref_is_what_saref_says() -> None:
    ours = load_ontology([ONTOLOGIES / "saref-core-terms.ttl"])
    stated = {(s, p, o) for s, p, o in ours.triples if s.startswith(SAREF) and isinstance(o, str)}

    assert stated <= set(core().triples)


# ── Loading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


PREFIXES = f"""
@prefix ex: <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix saref: <{SAREF}> .
@prefix sgw: <{SGW}> .
"""


def turtle(folder: Path, text: str) -> Path:
    path = folder / "ontology.ttl"
    path.write_text(PREFIXES.lstrip() + text, "utf-8")
    return path


def test_the_quantity_kind_of_a_kind_is_known() -> None:
    assert VOCABULARY.quantity_kind(SGW + "Temperature") == QUANTITY_KIND + "Temperature"


def test_a_state_kind_has_no_quantity_kind() -> None:
    assert VOCABULARY.quantity_kind(SGW + "OnOff") is None


def test_the_states_of_a_kind_are_known() -> None:
    assert set(VOCABULARY.states(SGW + "OnOff")) == {SGW + "On", SGW + "Off"}


def test_subclasses_are_closed_over_several_files() -> None:
    loaded = load_ontology(SHIPPED)

    assert {SAREF + "Device", SAREF + "FeatureOfInterest"} <= loaded.superclasses[SAREF + "Sensor"]


def test_subproperties_are_closed() -> None:
    assert load_ontology(SHIPPED).superproperties[SAREF + "observes"] == {SAREF + "targets"}


def test_a_cycle_of_subclasses_ends(tmp_path: Path) -> None:
    loaded = load_ontology([turtle(tmp_path, "ex:A rdfs:subClassOf ex:B . ex:B rdfs:subClassOf ex:A .")])

    assert loaded.superclasses["https://example.org/A"] == {"https://example.org/B"}


def test_triples_on_blank_nodes_are_left_out(tmp_path: Path) -> None:
    loaded = load_ontology([turtle(tmp_path, "ex:A rdfs:subClassOf [ a owl:Restriction ] .")])

    assert not loaded.triples


def test_an_english_label_wins(tmp_path: Path) -> None:
    loaded = load_ontology([turtle(tmp_path, 'ex:A rdfs:label "Ding"@de, "thing"@en, "chose"@fr .')])

    assert loaded.labels["https://example.org/A"] == "thing"


def test_a_file_that_is_not_turtle_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"ontology\.ttl.*line 6"):
        load_ontology([turtle(tmp_path, "this is not Turtle")])


def test_a_missing_file_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"missing\.ttl"):
        load_ontology([tmp_path / "missing.ttl"])


# ── Consistency ─────────────────────────────────────────────────────────────────────────────────────────────────────


@needs_java
def test_what_ships_is_consistent() -> None:
    report = check_consistency(SHIPPED)

    assert (report.checked, report.consistent, report.findings) == (True, True, ())


@needs_java
def test_what_ships_is_consistent_with_the_whole_of_saref() -> None:
    folder = shared("saref")
    locked = [path for entry in load_lock(ONTOLOGIES / "lock.toml") if entry.reason and (path := entry.path(folder))]

    report = check_consistency([*SHIPPED, *locked])
    assert (len(locked), report.checked, report.consistent, report.findings) == (3, True, True, ())


@needs_java
@pytest.mark.parametrize(
    "broken",
    [
        "ex:A owl:disjointWith ex:B . ex:A a owl:Class . ex:B a owl:Class . ex:x a ex:A, ex:B .",
        "sgw:Temperature a sgw:EventKind .",
    ],
    ids=["an individual of two disjoint classes", "a kind of property that is also a kind of event"],
)
def test_a_contradiction_is_found(tmp_path: Path, broken: str) -> None:
    report = check_consistency([*SHIPPED, turtle(tmp_path, broken)])

    assert (report.consistent, report.findings) == (False, ("the ontologies contradict themselves",))


@needs_java
def test_a_class_that_can_have_no_instance_is_found(tmp_path: Path) -> None:
    broken = turtle(tmp_path, "sgw:Impossible a owl:Class ; rdfs:subClassOf sgw:Event, saref:Observation .")

    report = check_consistency([*SHIPPED, broken])
    assert (report.consistent, report.findings) == (True, ("sgw:Impossible can have no instance",))


@needs_java
def test_the_check_does_not_touch_the_files(tmp_path: Path) -> None:
    copy = Path(shutil.copy(ONTOLOGIES / "sgw.ttl", tmp_path))
    before = copy.read_bytes()

    check_consistency([copy])
    assert (list(tmp_path.iterdir()), copy.read_bytes()) == ([copy], before)


def test_without_java_the_report_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    report = check_consistency(SHIPPED)
    assert (report.checked, report.findings) == (False, ("not checked: the reasoner needs Java",))


def test_a_file_that_is_not_turtle_cannot_be_checked(tmp_path: Path) -> None:
    if not shutil.which("java"):
        pytest.skip("the reasoner needs Java")
    with pytest.raises(ConfigurationError, match=r"ontology\.ttl"):
        check_consistency([turtle(tmp_path, "this is not Turtle")])


# ── What is locked ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_locked_ontology_is_the_one_that_is_meant() -> None:
    folder = shared("saref")

    assert all(entry.path(folder) for entry in load_lock(ONTOLOGIES / "lock.toml"))


def test_another_file_of_a_locked_name_is_refused(tmp_path: Path) -> None:
    entry = load_lock(ONTOLOGIES / "lock.toml")[0]
    (tmp_path / entry.file).write_text("other", "utf-8")

    with pytest.raises(ConfigurationError, match="has the digest"):
        entry.path(tmp_path)


def test_a_locked_ontology_that_is_not_there_is_none(tmp_path: Path) -> None:
    assert load_lock(ONTOLOGIES / "lock.toml")[0].path(tmp_path) is None


def test_a_lock_that_says_too_little_is_refused(tmp_path: Path) -> None:
    lock = tmp_path / "lock.toml"
    lock.write_text('[[ontology]]\nname = "x"', "utf-8")

    with pytest.raises(ConfigurationError, match=r"lock\.toml"):
        load_lock(lock)
