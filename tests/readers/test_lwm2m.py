"""Resources become readings: paths, formats, units, times, and what the registry of objects says of them."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.codecs.lwm2m import Lwm2mTlvCodec
from semantic_gw.contracts import Field, Readings
from semantic_gw.errors import LiftingError
from semantic_gw.lexicon import Lexicon
from semantic_gw.lexicon.tables import compatible_units
from semantic_gw.lexicon.units import unit
from semantic_gw.model import Document, Json, Payload, Source
from semantic_gw.rdf.namespaces import SGW
from semantic_gw.rdf.ontology import POSITION
from semantic_gw.readers.lwm2m import Lwm2mReader
from semantic_gw.readers.lwm2m_objects import ObjectTable, ResourceRule, load_objects
from semantic_gw.shipped import MAPPINGS

FOLDER = MAPPINGS / "lwm2m"
NOW = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
CLIENT = "urn:imei:350457791234567"
READER = Lwm2mReader({}, FOLDER, None)
TABLE: ObjectTable = load_objects(FOLDER / "objects.toml")
RULES: list[tuple[str, ResourceRule]] = [
    *((f"object {id}, {n}", rule) for id, object_ in TABLE.objects.items() for n, rule in object_.resources.items()),
    *((f"resource {id}", rule) for id, rule in TABLE.resources.items()),
]


@pytest.fixture
def reader() -> Lwm2mReader:
    return Lwm2mReader({}, FOLDER, None)


def read(reader: Lwm2mReader, value: Json, path: str = "", media_type: str = "application/senml+json") -> Readings:
    payload = Payload(b"", media_type, Source("mqtt", f"lwm2m/{CLIENT}/{path}".rstrip("/")), NOW)
    captures = {"endpoint": CLIENT} | ({"path": path} if path else {})
    return reader.read(Document(payload, value, media_type), captures)


def one(reader: Lwm2mReader, path: str, value: Json, **members: Json) -> Field:
    """The value that the resource at *path* becomes."""
    label = "vb" if isinstance(value, bool) else "vs" if isinstance(value, str) else "v"
    found = read(reader, [{"n": path, label: value, **members}])
    assert found.readings, found.left
    [reading] = found.readings
    [field] = reading.fields
    return field


def reasons(reader: Lwm2mReader, value: Json, path: str = "", media_type: str = "application/senml+json") -> list[str]:
    return [finding.detail for finding in read(reader, value, path, media_type).left]


def tlv(reader: Lwm2mReader, digits: str, path: str) -> dict[tuple[str, ...], Json]:
    value = Lwm2mTlvCodec().decode(bytes.fromhex(digits))
    found = read(reader, value, path, "application/vnd.oma.lwm2m+tlv")
    return {field.path: field.value for reading in found.readings for field in reading.fields}


# ── the table ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("rule", [pytest.param(rule, id=where) for where, rule in RULES if rule.observed])
def test_every_kind_of_the_table_is_one_of_the_vocabulary(rule: ResourceRule) -> None:
    assert {*filter(None, [rule.kind]), *rule.kinds.values()} <= Lexicon.load().vocabulary.kinds.keys()


@pytest.mark.parametrize("rule", [pytest.param(rule, id=where) for where, rule in RULES if rule.unit or rule.usual])
def test_every_unit_of_the_table_fits_its_kind(rule: ResourceRule) -> None:
    vocabulary = Lexicon.load().vocabulary
    iri = unit(rule.unit or rule.usual, kind=vocabulary.quantity_kind(rule.kind))

    assert iri in compatible_units(rule.kind, vocabulary)


@pytest.mark.parametrize("rule", [pytest.param(rule, id=where) for where, rule in RULES if rule.states])
def test_every_state_of_the_table_is_one_of_its_kind(rule: ResourceRule) -> None:
    assert set(rule.states.values()) <= set(Lexicon.load().vocabulary.states(rule.kind))


# ── paths ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("/3/0/9", ("3", "0", "9")),
        ("3/0/9", ("3", "0", "9")),
        ("/3/0/7/1", ("3", "0", "7", "1")),
        ("/lwm2m/3/0/9", ("3", "0", "9")),
        ("%%ROOTPATH%%/3/0/9", ("3", "0", "9")),
    ],
)
def test_a_name_is_a_path(reader: Lwm2mReader, name: str, path: tuple[str, ...]) -> None:
    assert one(reader, name, 88).path == path


@pytest.mark.parametrize("name", ["9", "0/9", "A/0/9", "/99999/0/9", "temp", ""])
def test_a_name_that_is_no_path_is_left(reader: Lwm2mReader, name: str) -> None:
    assert reasons(reader, [{"n": name, "v": 1}]) == [
        f"{name or 'nothing'!r} is no path of a resource, and the address completes none"
    ]


def test_the_address_completes_a_relative_path(reader: Lwm2mReader) -> None:
    [reading] = read(reader, {"e": [{"n": "9", "v": 88}]}, "3/0", "application/vnd.oma.lwm2m+json").readings

    assert reading.fields[0].path == ("3", "0", "9")


def test_the_endpoint_is_the_thing(reader: Lwm2mReader) -> None:
    assert read(reader, [{"n": "/3/0/9", "v": 88}]).readings[0].thing == CLIENT


@pytest.mark.parametrize("separator", [":", "/"])
def test_a_urn_before_the_path_is_the_thing(reader: Lwm2mReader, separator: str) -> None:
    [reading] = read(reader, [{"bn": f"urn:dev:os:32473-12{separator}", "n": "3/0/9", "v": 88}]).readings

    assert reading.thing == "urn:dev:os:32473-12"


@pytest.mark.parametrize(
    ("address", "thing", "path"),
    [
        ("house/meter/3/0", "urn:dev:ops:lwm2m-house%2Fmeter", ("3", "0", "9")),
        ("3/0", "urn:dev:ops:lwm2m-unnamed", ("3", "0", "9")),
    ],
)
def test_an_address_that_no_row_knows_may_end_in_the_path(
    reader: Lwm2mReader, address: str, thing: str, path: tuple[str, ...]
) -> None:
    media_type = "application/vnd.oma.lwm2m+json"
    payload = Payload(b"", media_type, Source("http", address), NOW)
    [reading] = reader.read(Document(payload, {"e": [{"n": "9", "v": 88}]}, media_type), {}).readings

    assert (reading.thing, reading.fields[0].path) == (thing, path)


# ── formats ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_lwm2m_json_has_values_of_its_own_names(reader: Lwm2mReader) -> None:
    entries = [{"n": "5850", "bv": True}, {"n": "5851", "v": 40}, {"n": "5853", "sv": "x"}, {"n": "1", "ov": "3:0"}]
    found = read(reader, {"bn": "/3306/0/", "e": entries}, media_type="application/vnd.oma.lwm2m+json")

    assert [field.value for field in found.readings[0].fields] == [True, 40]
    assert [finding.detail for finding in found.left] == [
        "a link to another object",
        "Multi-state Output is no observation",
    ]


def test_tlv_of_an_instance_has_its_resources(reader: Lwm2mReader) -> None:
    assert tlv(reader, "c10958" + "c10d00", "3/0") == {("3", "0", "9"): 88}


def test_tlv_of_a_resource_has_its_instances(reader: Lwm2mReader) -> None:
    assert tlv(reader, "880708" + "42000ed8" + "42011388", "3/0") == {
        ("3", "0", "7", "0"): 3800,
        ("3", "0", "7", "1"): 5000,
    }


@pytest.mark.parametrize("path", ["3", "3/0"])
def test_tlv_may_name_the_instance_or_not(reader: Lwm2mReader, path: str) -> None:
    assert tlv(reader, "0300c10958", path) == {("3", "0", "9"): 88}


def test_tlv_of_a_single_instance_object_may_leave_the_instance_out(reader: Lwm2mReader) -> None:
    assert tlv(reader, "c10958", "3") == {("3", "0", "9"): 88}


def test_tlv_of_one_resource_is_that_resource(reader: Lwm2mReader) -> None:
    assert tlv(reader, "c10958", "3/0/9") == {("3", "0", "9"): 88}


@pytest.mark.parametrize(("form", "bytes_"), [(">f", 4), (">d", 8)])
def test_a_float_of_tlv_has_four_or_eight_bytes(reader: Lwm2mReader, form: str, bytes_: int) -> None:
    head = "e41644" if bytes_ == 4 else "e8164408"

    assert tlv(reader, head + struct.pack(form, 21.5).hex(), "3303/0") == {("3303", "0", "5700"): 21.5}


@pytest.mark.parametrize(("digits", "value"), [("e116da01", True), ("e116da00", False)])
def test_a_truth_value_of_tlv_is_one_byte(reader: Lwm2mReader, digits: str, value: bool) -> None:
    assert tlv(reader, digits, "3306/0") == {("3306", "0", "5850"): value}


@pytest.mark.parametrize("digits", ["e216440102", "e41644" + struct.pack(">f", float("nan")).hex()])
def test_bytes_that_are_none_of_the_type_are_left(reader: Lwm2mReader, digits: str) -> None:
    assert tlv(reader, digits, "3303/0") == {}


def test_tlv_of_an_unknown_object_has_no_meaning(reader: Lwm2mReader) -> None:
    value = Lwm2mTlvCodec().decode(bytes.fromhex("c10164"))

    assert reasons(reader, value, "33000/0", "application/vnd.oma.lwm2m+tlv") == [
        "object 33000 is not known, so nobody knows what its bytes mean"
    ]


@pytest.mark.parametrize(
    "tree",
    [{"3": {"0": {"9": 88}}}, {"3/0/9": 88}, {"3/0": {"9": 88}}],
)
def test_the_tree_of_cbor_has_its_path_in_its_keys(reader: Lwm2mReader, tree: Json) -> None:
    [reading] = read(reader, tree, media_type="application/vnd.oma.lwm2m+cbor").readings

    assert (reading.fields[0].path, reading.fields[0].value) == (("3", "0", "9"), 88)


@pytest.mark.parametrize(("text", "value"), [("21.5", 21.5), (22.5, 22.5), ("-4", -4)])
def test_a_single_value_is_the_resource_at_the_address(reader: Lwm2mReader, text: Json, value: float) -> None:
    [reading] = read(reader, text, "3303/0/5700", "text/plain").readings

    assert (reading.fields[0].path, reading.fields[0].value) == (("3303", "0", "5700"), value)


def test_a_text_that_is_no_number_is_left(reader: Lwm2mReader) -> None:
    assert reasons(reader, "warm", "3303/0/5700", "text/plain") == ["Sensor Value is no float"]


@pytest.mark.parametrize("value", [{"temp": 21}, {"e": [1]}, [1], {"bn": 7, "e": [{"v": 1}]}])
def test_what_is_no_format_of_lwm2m_is_refused(reader: Lwm2mReader, value: Json) -> None:
    with pytest.raises(LiftingError):
        read(reader, value)


# ── units ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_definition_fixes_a_unit(reader: Lwm2mReader) -> None:
    found = one(reader, "/3/0/7/0", 3612)

    assert (found.kind, found.unit) == (SGW + "Voltage", "mV")


def test_the_unit_of_a_record_goes_before_all(reader: Lwm2mReader) -> None:
    assert one(reader, "/3303/0/5700", 293, u="K").unit == "K"


def test_a_sensor_tells_its_unit_beside_its_value(reader: Lwm2mReader) -> None:
    found = read(reader, [{"bn": "/3315/0/", "n": "5700", "v": 1013}, {"n": "5701", "vs": "hPa"}])

    assert found.readings[0].fields[0].unit == "hPa"


def test_a_unit_that_was_told_is_remembered(reader: Lwm2mReader) -> None:
    read(reader, [{"n": "/3315/0/5701", "vs": "hPa"}])

    assert one(reader, "/3315/0/5700", 1013).unit == "hPa"


def test_a_unit_is_that_of_its_own_instance(reader: Lwm2mReader) -> None:
    read(reader, [{"n": "/3315/0/5701", "vs": "hPa"}])

    assert one(reader, "/3315/1/5700", 1013).unit == ""


def test_what_a_copy_is_told_stays_there(reader: Lwm2mReader) -> None:
    read(reader.fork(), [{"n": "/3315/0/5701", "vs": "hPa"}])

    assert one(reader, "/3315/0/5700", 1013).unit == ""


@pytest.mark.parametrize(("object_", "unit_"), [(3303, "Cel"), (3304, "%RH"), (3316, "V"), (3323, ""), (3330, "")])
def test_a_unit_that_nobody_tells_is_the_only_one_of_the_definition(
    reader: Lwm2mReader, object_: int, unit_: str
) -> None:
    assert one(reader, f"/{object_}/0/5700", 1).unit == unit_


@pytest.mark.parametrize(
    ("unit_", "kind"), [("ppm", "GasConcentration"), ("ug/m3", "MassConcentration"), ("bananas", "")]
)
def test_a_kind_may_depend_on_the_unit(reader: Lwm2mReader, unit_: str, kind: str) -> None:
    found = read(reader, [{"bn": "/3325/0/", "n": "5700", "v": 400}, {"n": "5701", "vs": unit_}])

    assert found.readings[0].fields[0].kind == (SGW + kind if kind else "")


# ── times ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_history_is_a_reading_for_each_time(reader: Lwm2mReader) -> None:
    found = read(reader, [{"bn": "/3303/0/5700", "v": v, "t": t} for v, t in ((20, -2), (21, -1))])

    assert [r.time for r in found.readings] == [NOW - timedelta(seconds=2), NOW - timedelta(seconds=1)]


@pytest.mark.parametrize(
    ("base", "own", "time"),
    [
        (1795514100, -5, datetime(2026, 11, 24, 9, 54, 55, tzinfo=UTC)),
        (25462634, -5, None),
        (0, -30, NOW - timedelta(seconds=30)),
        (0, 0, None),
    ],
)
def test_lwm2m_json_counts_small_times_from_now_and_none_to_come(
    reader: Lwm2mReader, base: int, own: int, time: datetime | None
) -> None:
    document = {"bn": "/3303/0/5700", "bt": base, "e": [{"v": 22.9, "t": own}]}
    [reading] = read(reader, document, media_type="application/vnd.oma.lwm2m+json").readings

    assert reading.time == time


def test_senml_of_a_client_tells_of_nothing_to_come(reader: Lwm2mReader) -> None:
    found = read(reader, [{"bn": "/3303/0/5700", "bt": 25462634, "v": 20}])

    assert [reading.time for reading in found.readings] == [None]


@pytest.mark.parametrize("path", ["/3303/0/5518", "/14205/0/99"])
def test_an_instance_may_tell_its_time(reader: Lwm2mReader, path: str) -> None:
    instance = path.rpartition("/")[0]
    value = "5700" if "3303" in path else "0"
    found = read(reader, [{"n": f"{instance}/{value}", "v": 21}, {"n": path, "v": 1795514100}])

    assert [reading.time for reading in found.readings] == [datetime(2026, 11, 24, 9, 55, tzinfo=UTC)]


@pytest.mark.parametrize("clock", [0, 86_400])
def test_a_clock_that_was_never_set_tells_no_time(reader: Lwm2mReader, clock: int) -> None:
    found = read(reader, [{"bn": "/3303/0/", "n": "5700", "v": 21}, {"n": "5518", "v": clock}])

    assert [reading.time for reading in found.readings] == [None]


# ── meanings ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_latitude_longitude_and_height_are_a_position(reader: Lwm2mReader) -> None:
    records = [{"bn": "/6/0/", "n": "0", "v": 43.9}, {"n": "1", "v": 2.35}, {"n": "2", "v": 100}]
    [reading] = read(reader, records).readings
    [found] = reading.fields

    assert (found.path, found.value, found.kind) == (("6", "0", "position"), "POINT Z(2.35 43.9 100)", POSITION)


def test_a_position_may_be_texts(reader: Lwm2mReader) -> None:
    [reading] = read(reader, [{"n": "/3336/0/5514", "vs": "43.9"}, {"n": "/3336/0/5515", "vs": "2.35"}]).readings

    assert reading.fields[0].value == "POINT(2.35 43.9)"


def test_a_position_in_numbers_goes_before_one_in_texts(reader: Lwm2mReader) -> None:
    told = [
        {"n": "/3336/0/5514", "vs": "1"},
        {"n": "/3336/0/6051", "v": 60.17},
        {"n": "/3336/0/5515", "vs": "2"},
        {"n": "/3336/0/6052", "v": 24.94},
    ]
    [field] = read(reader, told).readings[0].fields

    assert (field.kind, field.value) == (POSITION, "POINT(24.94 60.17)")


def test_half_of_a_position_is_left(reader: Lwm2mReader) -> None:
    assert reasons(reader, [{"n": "/6/0/0", "v": -39}]) == ["only a part of a position"]


def test_a_receiver_without_a_fix_has_no_position(reader: Lwm2mReader) -> None:
    assert reasons(reader, [{"n": "/6/0/0", "v": 0}, {"n": "/6/0/1", "v": 0}]) == [
        "no position on Earth, or a receiver without a fix"
    ]


def test_maker_and_model_are_in_the_description(reader: Lwm2mReader) -> None:
    records = [{"bn": "/3/0/", "n": "0", "vs": "Example"}, {"n": "1", "vs": "X-1"}, {"n": "9", "v": 88}]
    [reading] = read(reader, records).readings

    assert reading.about == {"saref:hasManufacturer": "Example", "saref:hasModel": "X-1"}


@pytest.mark.parametrize("value", [0, 0.0])
def test_a_state_may_be_a_number(reader: Lwm2mReader, value: float) -> None:
    found = one(reader, "/3/0/11/0", value)

    assert (found.value, found.states["0"]) == (0, SGW + "Faultless")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/0/0/3", "LwM2M Security: keys and addresses of servers"),
        ("/3/0/13", "Current Time is no observation"),
        ("/3303/0/5604", "Max Range Value is no observation"),
        ("/1024/0/1", "object 1024 is of those that nobody can register"),
    ],
)
def test_what_is_no_observation_is_left_with_the_reason(reader: Lwm2mReader, path: str, reason: str) -> None:
    assert reasons(reader, [{"n": path, "v": 1}]) == [reason]


def test_a_value_that_the_sensor_itself_rejects_is_left(reader: Lwm2mReader) -> None:
    records = [{"bn": "/3303/0/", "n": "5700", "v": 999}, {"n": "6042", "v": 1}]

    assert "the sensor calls its value invalid" in reasons(reader, records)


def test_a_number_may_be_in_parts_of_its_unit(reader: Lwm2mReader) -> None:
    field = one(reader, "/3388/0/911", 425)

    assert (field.value, field.unit, field.kind) == (42.5, "W", SGW + "Power")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/3200/0/5500", "Digital Input State: what is wired to it, nobody tells"),
        ("/3320/0/5700", "Sensor Value: a percentage of what, nobody tells"),
        ("/3352/0/0", "plmnSearchEvent: what the modem notes of the network"),
        ("/10266/0/6029", "Water Flow Readings: a record of many values in bytes of its own"),
    ],
)
def test_what_means_something_to_its_site_alone_is_left_with_the_reason(
    reader: Lwm2mReader, path: str, reason: str
) -> None:
    assert reasons(reader, [{"n": path, "v": 1}]) == [reason]


@pytest.mark.parametrize(
    ("path", "kind", "unit_"),
    [
        ("/502/0/3", "COConcentration", "ppm"),
        ("/3334/0/5702", "AngularVelocity", ""),
        ("/3421/0/25", "ConsumedEnergy", "Wh"),
        ("/3426/0/3", "OxidationReductionPotential", "V"),
        ("/10242/0/6", "ActivePower", "kW"),
        ("/10257/0/5805", "HeatEnergy", "Wh"),
    ],
)
def test_objects_of_makers_have_kinds_and_units(reader: Lwm2mReader, path: str, kind: str, unit_: str) -> None:
    field = one(reader, path, 7)

    assert (field.kind, field.unit) == (SGW + kind, unit_)


def test_an_unknown_resource_is_told_without_a_kind(reader: Lwm2mReader) -> None:
    assert one(reader, "/33000/0/1", 7).kind == ""


@pytest.mark.parametrize("record", [{"n": "/3/0/9"}, {"n": "/3/0/22/0", "vlo": "10:0"}, {"n": "/5/0/0", "vd": "aGk"}])
def test_paths_links_and_opaque_values_are_left(reader: Lwm2mReader, record: Json) -> None:
    assert len(reasons(reader, [record])) == 1


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["bn", "bt", "e", "n", "v", "vs", "vb", "t", "3", "0", "9", "6/0"]), inner)
    ),
)


@given(VALUES, st.sampled_from(["", "3", "3/0", "3/0/9", "6/0", "3303/0/5700", "x"]))
def test_any_document_is_read_or_refused(value: Json, path: str) -> None:
    try:
        found = read(READER, value, path)
    except LiftingError:
        return

    assert all(reading.thing and reading.fields for reading in found.readings)
