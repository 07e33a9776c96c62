from __future__ import annotations

import pytest

from semantic_gw.lifters.terms import Terms
from semantic_gw.lifters.unit_names import unit_iri
from semantic_gw.rdf.namespaces import QUANTITY_KIND, UNIT
from tests.shared import shared

TERMS = Terms(
    {
        "om2": "http://www.ontology-of-units-of-measure.org/resource/om-2/",
        "q": "http://qudt.org/vocab/unit/",
        "ucum": "http://unitsofmeasure.org/",
        "qs": "https://qudt.org/vocab/unit/",
    }
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("°C", "DEG_C"),
        ("C°", "DEG_C"),
        ("celsius", "DEG_C"),
        ("degree celsius", "DEG_C"),
        ("degreeCelsius", "DEG_C"),
        ("Cel", "DEG_C"),
        ("ucum:Cel", "DEG_C"),
        ("om2:degreeCelsius", "DEG_C"),
        ("unit:DEG_C", "DEG_C"),
        ("q:DEG_C", "DEG_C"),
        ("qs:DEG_C", "DEG_C"),
        ("http://qudt.org/vocab/unit/DEG_C", "DEG_C"),
        ("http://www.ontology-of-units-of-measure.org/resource/om-2/degreeCelsius", "DEG_C"),
        ("http://purl.oclc.org/NET/ssnx/qu/unit#degreeCelsius", "DEG_C"),
        ("percent", "PERCENT"),
        ("%", "PERCENT"),
        ("ucum:%25", "PERCENT"),
        ("om2:percent", "PERCENT"),
        ("kW.h", "KiloW-HR"),
        ("om2:kilowattHour", "KiloW-HR"),
        ("om2:metrePerSecond-Time", "M-PER-SEC"),
        ("om2:kilometrePerHour", "KiloM-PER-HR"),
        ("om2:gramPerCubicmetre", "GM-PER-M3"),
        ("lx", "LUX"),
        ("hPa", "HectoPA"),
        ("ppm", "PPM"),
    ],
)
def test_a_unit_is_known_however_it_is_written(text: str, name: str) -> None:
    assert unit_iri(text, TERMS, None) == UNIT + name


@pytest.mark.parametrize("text", ["bananas", "om2:minute-Angle", "http://example.org/units#banana", "q:BANANA", ""])
def test_a_unit_nobody_knows_stays_unknown(text: str) -> None:
    assert unit_iri(text, TERMS, None) is None


def test_the_quantity_decides_between_readings() -> None:
    assert unit_iri("F", TERMS, QUANTITY_KIND + "Temperature") == UNIT + "DEG_F"


def test_no_unit_of_om_is_taken_for_one_of_another_size() -> None:
    import rdflib  # noqa: PLC0415  only this test reads OM

    graph = rdflib.Graph().parse(data=shared("saref/om2-units-trimmed.ttl").read_text("utf-8-sig"), format="turtle")
    om = "http://www.ontology-of-units-of-measure.org/resource/om-2/"
    found = {str(s): unit_iri(str(s), TERMS, None) for s in set(graph.subjects()) if str(s).startswith(om)}
    symbols = {str(s): str(o) for s, o in graph.subject_objects(rdflib.URIRef(om + "symbol"))}
    other = {
        iri.removeprefix(om): (unit, symbols[iri])
        for iri, unit in found.items()
        if unit and iri in symbols and unit_iri(symbols[iri], TERMS, None) not in (None, unit)
    }

    assert len([unit for unit in found.values() if unit]) >= 100
    assert other == {"coulomb": (UNIT + "C", "C"), "one": (UNIT + "UNITLESS", "1")}
