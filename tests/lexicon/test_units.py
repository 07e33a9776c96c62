from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cache

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.lexicon import Quantity, convert, unit
from semantic_gw.lexicon.units import Unit, spelling, unit_by_code, unit_table, units_of
from semantic_gw.model import IRI
from semantic_gw.rdf.namespaces import QUANTITY_KIND, QUDT, RDF, SKOS, UNIT
from tests.shared import shared

ALL_UNITS = list(unit_table().by_iri.values())
LINEAR = [found for found in ALL_UNITS if found.factor is not None]

Facts = dict[tuple[str, str], set[str]]


@cache
def qudt() -> Facts:
    facts: Facts = {}
    for name in ("qudt-unit-trimmed.ttl", "qudt-quantitykind-trimmed.ttl"):
        for quad in ox.parse(path=str(shared(f"saref/{name}")), format=ox.RdfFormat.TURTLE):
            assert isinstance(quad.subject, ox.NamedNode)
            assert isinstance(quad.object, ox.NamedNode | ox.Literal)
            facts.setdefault((quad.subject.value, quad.predicate.value), set()).add(quad.object.value)
    return facts


def stated(subject: IRI, predicate: str) -> set[str]:
    return qudt().get((subject, QUDT + predicate), set())


def broader(kind: IRI) -> set[IRI]:
    """*kind* and everything QUDT puts above it."""
    found, waiting = {kind}, [kind]
    while waiting:
        above = qudt().get((waiting.pop(), SKOS + "broader"), set()) - found
        found |= above
        waiting.extend(above)
    return found


@pytest.mark.parametrize(
    ("text", "name"),
    [
        *((text, "DEG_C") for text in ("°C", "ºC", "℃", "C", "  C", "Cel", "celsius", "degreeCelsius")),
        ("°F", "DEG_F"),
        *((text, "SEC") for text in ("s", "sec", "sec.", "second", "seconds", "Seconds")),
        *((text, "HR") for text in ("h", "Hr", "hour", "Hours")),
        *((text, "LUX") for text in ("lx", "Lx", "lux", "LUX")),
        *((text, "VAR") for text in ("VAr", "VAR", "var")),
        *((text, "KiloW-HR") for text in ("kWh", "kW·h", "KWH", "kilowatt hour")),
        *((text, "M3") for text in ("m³", "m3", "㎥")),
        *((text, "MicroGM-PER-M3") for text in ("μg/m³", "ug/m3", "µg/m³", "ug.m-3")),
        ("ppm", "PPM"),
        ("ppb", "PPB"),
        ("%", "PERCENT"),
        ("%RH", "PERCENT"),
        ("mired", "PER-MegaK"),
        ("hPa", "HectoPA"),
        ("mbar", "MilliBAR"),
        ("dBm", "DeciB-MilliW"),
        ("lqi", "NUM"),
        ("rpm", "REV-PER-MIN"),
        ("VOC Index points", "UNITLESS"),
        ("kΩ", "KiloOHM"),
        ("°", "DEG"),
    ],
)
def test_a_spelling_seen_on_devices_is_known(text: str, name: str) -> None:
    assert unit(text) == UNIT + name


@pytest.mark.parametrize("text", ["", " ", "bananas", "raw unit", "*", "month", "°C°C", "kWh2"])
def test_an_unknown_spelling_stays_unknown(text: str) -> None:
    assert unit(text) is None


@pytest.mark.parametrize(("small", "large"), [("mW", "MW"), ("s", "S"), ("mA", "A"), ("mV", "V")])
def test_case_tells_units_apart(small: str, large: str) -> None:
    assert unit(small) != unit(large)


def test_a_prefix_in_the_wrong_case_is_not_guessed() -> None:
    assert unit("MV") is None


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("F", "Temperature", "DEG_F"),
        ("F", "Capacitance", "FARAD"),
        ("C", "ElectricCharge", "C"),
        ("C", "Temperature", "DEG_C"),
        ("m", "Time", "MIN"),
        ("m", "Distance", "M"),
        ("g", "Acceleration", "G"),
        ("g", "Mass", "GM"),
    ],
)
def test_the_quantity_kind_decides_between_readings(text: str, kind: str, name: str) -> None:
    assert unit(text, kind=QUANTITY_KIND + kind) == UNIT + name


@pytest.mark.parametrize(("text", "name"), [("C", "DEG_C"), ("m", "M"), ("g", "GM")])
def test_without_a_quantity_kind_the_usual_reading_is_meant(text: str, name: str) -> None:
    assert unit(text) == UNIT + name


@pytest.mark.parametrize("text", ["F", "G"])
def test_without_a_usual_reading_an_ambiguous_spelling_is_unknown(text: str) -> None:
    assert unit(text) is None


def test_every_spelling_in_the_table_leads_to_its_unit() -> None:
    spellings = [(text, found) for found in ALL_UNITS for text in (*found.symbols, *found.names)]

    assert not [text for text, found in spellings if unit(text, kind=min(found.quantity_kinds)) != found.iri]


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        ("300", "K", "DEG_C", "26.85"),
        ("68", "DEG_F", "DEG_C", "20"),
        ("-40", "DEG_C", "DEG_F", "-40"),
        ("21.4", "DEG_C", "K", "294.55"),
        ("1", "KiloW-HR", "J", "3600000"),
        ("36", "KiloM-PER-HR", "M-PER-SEC", "10"),
        ("60", "L-PER-MIN", "L-PER-HR", "3600"),
        ("1013.25", "HectoPA", "KiloPA", "101.325"),
        ("90", "MIN", "HR", "1.5"),
        ("50", "PERCENT", "UNITLESS", "0.5"),
        ("3000", "MilliV", "V", "3"),
    ],
)
def test_a_conversion_is_exact(value: str, source: str, target: str, expected: str) -> None:
    assert convert(Decimal(value), UNIT + source, UNIT + target) == Decimal(expected)


def test_a_difference_of_temperatures_is_scaled_and_not_offset() -> None:
    assert convert(Decimal(10), UNIT + "K", UNIT + "DEG_F", difference=True) == Decimal(18)


@given(
    value=st.decimals(-(10**9), 10**9, allow_nan=False, places=6),
    source=st.sampled_from(LINEAR),
    target=st.sampled_from(LINEAR),
)
def test_a_conversion_there_and_back_gives_the_same_value(value: Decimal, source: Unit, target: Unit) -> None:
    if not source.quantity_kinds & target.quantity_kinds:
        return

    back = convert(convert(value, source.iri, target.iri), target.iri, source.iri)

    # Offsets of some hundred degrees eat digits of the 28 that a conversion keeps.
    assert abs(back - value) <= Decimal("1e-12") * max(abs(value), Decimal(1000))


def test_units_of_different_kinds_do_not_convert() -> None:
    with pytest.raises(ValueError, match=r"unit:LUX and unit:V measure no common quantity kind"):
        convert(Decimal(1), UNIT + "LUX", UNIT + "V")


def test_a_scale_without_a_factor_does_not_convert() -> None:
    with pytest.raises(ValueError, match=r"no factor converts unit:DeciB to unit:DeciB_A"):
        convert(Decimal(1), UNIT + "DeciB", UNIT + "DeciB_A")


def test_a_unit_outside_the_table_does_not_convert() -> None:
    with pytest.raises(ValueError, match=r"unit:FURLONG is not in the unit table"):
        convert(Decimal(1), UNIT + "FURLONG", UNIT + "M")


def test_a_quantity_converts_with_its_unit() -> None:
    assert Quantity(Decimal(300), UNIT + "K").to(UNIT + "DEG_C") == Quantity(Decimal("26.85"), UNIT + "DEG_C")


@pytest.mark.parametrize("value", ["NaN", "Infinity"])
def test_a_quantity_that_is_not_finite_cannot_be_made(value: str) -> None:
    with pytest.raises(ValueError, match="give a finite number"):
        Quantity(Decimal(value), UNIT + "K")


def test_a_quantity_of_an_unknown_unit_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="not in the unit table"):
        Quantity(Decimal(1), UNIT + "FURLONG")


# ── The facts are QUDT's ────────────────────────────────────────────────────────────────────────────────────────────


def test_qudt_has_every_unit() -> None:
    assert not [found.iri for found in ALL_UNITS if QUDT + "Unit" not in qudt().get((found.iri, RDF + "type"), ())]


def test_qudt_deprecates_no_unit() -> None:
    assert not [found.iri for found in ALL_UNITS if stated(found.iri, "deprecated")]


def test_every_factor_is_qudts() -> None:
    # QUDT rounds what we keep as a rational (a millimetre a day has five digits) ...
    tolerance = Fraction(1, 100_000)
    # ... and gives none to the reciprocal megakelvin, whose factor follows from its name.
    pairs = [
        (found, stated(found.iri, "conversionMultiplier")) for found in ALL_UNITS if found.iri != UNIT + "PER-MegaK"
    ]

    assert not [found.iri for found, factors in pairs if not agree(found.factor, factors, tolerance)]


def agree(factor: Fraction | None, factors: set[str], tolerance: Fraction) -> bool:
    if factor is None:
        return not factors
    return len(factors) == 1 and all(abs(factor / Fraction(other) - 1) < tolerance for other in factors)


def test_every_offset_is_qudts() -> None:
    offsets = {
        found: {Fraction(text) for text in stated(found.iri, "conversionOffset") or {"0"}} for found in ALL_UNITS
    }

    assert not [found.iri for found, stated_offsets in offsets.items() if {found.offset} != stated_offsets]


def test_every_ucum_code_is_qudts() -> None:
    assert not [found.iri for found in ALL_UNITS if not set(found.ucum) <= stated(found.iri, "ucumCode")]


def test_every_quantity_kind_follows_from_what_qudt_states() -> None:
    pairs = [(found.iri, kind) for found in ALL_UNITS for kind in found.stated_kinds]

    assert not [(iri, kind) for iri, kind in pairs if not follows(kind, stated(iri, "hasQuantityKind"))]


def follows(kind: IRI, direct: set[IRI]) -> bool:
    """Whether *kind* is one of *direct*, narrower than one, or broader than one."""
    return bool(broader(kind) & direct) or any(kind in broader(other) for other in direct)


def test_every_quantity_kind_that_we_add_has_the_dimension_of_its_unit() -> None:
    # QUDT gives decibels of a milliwatt no kind at all; received signal strength is told in them.
    pairs = [
        (found.iri, kind) for found in ALL_UNITS for kind in found.added_kinds if found.iri != UNIT + "DeciB-MilliW"
    ]

    assert not [
        (iri, kind) for iri, kind in pairs if stated(iri, "hasDimensionVector") != stated(kind, "hasDimensionVector")
    ]


def test_qudt_has_every_quantity_kind() -> None:
    kinds = {kind for found in ALL_UNITS for kind in found.quantity_kinds}

    assert not [kind for kind in kinds if not stated(kind, "hasDimensionVector")]


def test_every_unit_is_found_by_its_quantity_kinds() -> None:
    assert not [found.iri for found in ALL_UNITS for kind in found.quantity_kinds if found not in units_of(kind)]


def test_a_unit_with_a_common_code_is_found_by_its_own_spelling() -> None:
    coded = [unit for unit in unit_table().by_iri.values() if unit.cefact]

    assert [unit.iri for unit in coded if unit_table().find(spelling(unit)) is not unit] == []


def test_a_common_code_is_for_one_unit() -> None:
    degrees = unit_by_code("CEL")

    assert degrees is not None
    assert degrees.iri == UNIT + "DEG_C"
    assert unit_by_code("°C") is None


@pytest.mark.parametrize(
    ("text", "name"), [("µg⋅m⁻³", "MicroGM-PER-M3"), ("W.m-2", "W-PER-M2"), ("m⋅s⁻¹", "M-PER-SEC")]
)
def test_a_product_with_negative_powers_is_a_quotient(text: str, name: str) -> None:
    assert unit(text) == UNIT + name


@pytest.mark.parametrize("text", ["m-3", ".m-3", "°C-1", "bananas.m-3"])
def test_what_is_no_product_of_known_units_stays_unknown(text: str) -> None:
    assert unit(text) is None
