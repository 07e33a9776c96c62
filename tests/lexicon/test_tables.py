from __future__ import annotations

from pathlib import Path

import pytest

from semantic_gw.errors import MappingError
from semantic_gw.lexicon import Lexicon, Meaning
from semantic_gw.rdf.namespaces import QUANTITY_KIND, SGW, UNIT


def overlay(folder: Path, text: str) -> Path:
    path = folder / "names.toml"
    path.write_text(text, "utf-8")
    return path


def test_an_overlay_adds_names(tmp_path: Path) -> None:
    path = overlay(tmp_path, '[[quantity]]\nnames = ["tempc"]\nkind = "Temperature"\nunit = "DEG_C"')

    found = Lexicon.load(path).find(("tempc",), numeric=True)

    assert found == Meaning(SGW + "Temperature", QUANTITY_KIND + "Temperature", UNIT + "DEG_C")


def test_an_overlay_comes_before_the_built_in_rows(tmp_path: Path) -> None:
    path = overlay(tmp_path, '[[quantity]]\nnames = ["temperature"]\nkind = "AirTemperature"\nunit = "DEG_F"')

    found = Lexicon.load(path).find(("temperature",), numeric=True)

    assert isinstance(found, Meaning)
    assert (found.kind, found.unit) == (SGW + "AirTemperature", UNIT + "DEG_F")


def test_an_overlay_leaves_the_built_in_lexicon_alone(tmp_path: Path) -> None:
    Lexicon.load(overlay(tmp_path, '[[quantity]]\nnames = ["temperature"]\nkind = "AirTemperature"'))

    found = Lexicon.load().find(("temperature",), unit_text="°C", numeric=True)

    assert isinstance(found, Meaning)
    assert found.kind == SGW + "Temperature"


def test_a_row_can_hold_within_every_composite(tmp_path: Path) -> None:
    path = overlay(tmp_path, '[[quantity]]\nnames = ["tempc"]\nkind = "Temperature"\nanywhere = true')

    assert isinstance(Lexicon.load(path).find(("probe", "tempc"), unit_text="°C", numeric=True), Meaning)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[quantity", "Expected"),
        ('[[quantity]]\nkind = "Temperature"', r"row \?: no names"),
        ('[[quantity]]\nnames = ["a"]', "row a: kind <?.*> is no saref:Property of the vocabulary"),
        ('[[quantity]]\nnames = ["a"]\nkind = "Warmth"', "kind sgw:Warmth is no saref:Property"),
        ('[[quantity]]\nnames = ["a"]\nkind = "OnOff"', "kind sgw:OnOff is no saref:Property"),
        (
            '[[quantity]]\nnames = ["a"]\nkind = "Temperature"\nunit = "V"',
            "unit:V does not fit sgw:Temperature, which takes unit:DEG_C",
        ),
        ('[[quantity]]\nnames = ["a"]\nkind = "Length"\nunits = ["CUBIT"]', "unit:CUBIT not in the unit table"),
        (
            '[[quantity]]\nnames = ["a"]\nkind = "Length"\nunti = "M"',
            "unknown members unti; there are anywhere, in, kind",
        ),
        (
            '[[quantity]]\nnames = ["a"]\nkind = "Length"\nsuffixes = ["colour"]',
            "no suffix rule colour; there are number, phase",
        ),
        (
            '[[state]]\nnames = ["a"]\nkind = "OnOff"\nvalues = { x = "Locked" }',
            "sgw:Locked is no sgw:possibleState of sgw:OnOff",
        ),
        ('[[state]]\nnames = ["a"]\nkind = "OnOff"\nvalues = "colours"', r"no \[values.colours\]; there are none"),
        ('[[event]]\nnames = ["a"]\nkind = "DeviceAction"\nvalues = { x = "On" }', "sgw:On is no sgw:EventKind"),
    ],
)
def test_a_row_that_means_nothing_is_refused_with_its_fault(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(MappingError, match=complaint):
        Lexicon.load(overlay(tmp_path, text))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"missing\.toml"):
        Lexicon.load(tmp_path / "missing.toml")
