"""Thing Models, and the Things that are made of them (WoT Thing Description 1.1, 10)."""

from __future__ import annotations

import json
import time
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from tests.conformance.directory_client import DirectoryClient, Json, problem
from tests.conformance.things import TD_CONTEXT, lamp, thing_model
from tests.shared import SHARED

MODEL = "urn:example:model:lamp"
TM_JSON = {"Content-Type": "application/tm+json"}
VALID = sorted((SHARED / "wot" / "tm-valid").glob("*"))
INVALID = sorted((SHARED / "wot" / "tm-invalid").glob("*"))
SECURITY = {"securityDefinitions": {"nosec_sc": {"scheme": "nosec"}}, "security": "nosec_sc"}
ON = {"on": {"type": "boolean", "forms": [{"href": "http://lamp.example/on"}]}}


def path(model: str) -> str:
    return "/models/" + quote(model, safe="")


def put(directory: DirectoryClient, model: Json) -> httpx.Response:
    return directory.http.put(path(model["id"]), content=json.dumps(model), headers=TM_JSON)


def make(directory: DirectoryClient, wanted: Json, model: str = MODEL) -> httpx.Response:
    return directory.http.post(path(model) + "/things", json=wanted)


def test_a_model_is_registered_and_retrieved_as_it_was_sent(directory: DirectoryClient) -> None:
    created = put(directory, thing_model())
    retrieved = directory.http.get(path(MODEL))

    assert created.status_code == 201
    assert retrieved.headers["content-type"] == "application/tm+json"
    assert retrieved.json() == thing_model()


def test_a_posted_model_gets_an_address(directory: DirectoryClient) -> None:
    anonymous = {name: value for name, value in thing_model().items() if name != "id"}
    created = directory.http.post("/models", content=json.dumps(anonymous), headers=TM_JSON)

    assert created.status_code == 201
    assert directory.http.get(created.headers["location"]).json()["title"] == "Lamp model"


def test_a_model_is_replaced_and_removed(directory: DirectoryClient) -> None:
    put(directory, thing_model())
    replaced = put(directory, thing_model(title="New"))
    title = directory.http.get(path(MODEL)).json()["title"]
    deleted = directory.http.delete(path(MODEL))

    assert (replaced.status_code, title, deleted.status_code) == (204, "New", 204)
    assert directory.http.get(path(MODEL)).status_code == 404


def test_models_are_no_things(directory: DirectoryClient) -> None:
    put(directory, thing_model())

    assert [model["id"] for model in directory.http.get("/models").json()] == [MODEL]
    assert directory.listing().json() == []


def test_others_are_answered_at_once_after_a_model_came(directory: DirectoryClient) -> None:
    directory.put(lamp())
    time.sleep(1.0)  # until the Thing is published
    put(directory, thing_model())
    time.sleep(0.5)
    start = time.monotonic()
    found = directory.search("jsonpath", "$[*].id").json()

    assert found == ["urn:example:lamp"]
    assert time.monotonic() - start < 1.0


def test_a_thing_is_no_model(directory: DirectoryClient) -> None:
    refused = directory.http.put(path("urn:example:lamp"), content=json.dumps(lamp()), headers=TM_JSON)

    assert problem(refused, 400)["validationErrors"]


@pytest.mark.parametrize("id", ["", "urn:a\0b", "urn:a b", "urn:" + "a" * 8192, 7, None])
def test_a_model_has_an_id_that_a_path_can_name(directory: DirectoryClient, id: Json) -> None:
    refused = directory.http.post("/models", content=json.dumps(thing_model(id)), headers=TM_JSON)

    problem(refused, 400)


@pytest.mark.parametrize("sample", [pytest.param(p, id=p.stem) for p in VALID])
def test_a_valid_model_is_taken(directory: DirectoryClient, sample: Path) -> None:
    model = json.loads(sample.read_text())
    created = directory.http.post("/models", content=sample.read_bytes(), headers=TM_JSON)
    retrieved = directory.http.get(created.headers["location"]).json()

    assert created.status_code == 201
    assert {**retrieved, "id": model.get("id", retrieved["id"])} == {**model, "id": model.get("id", retrieved["id"])}


@pytest.mark.parametrize("sample", [pytest.param(p, id=p.stem) for p in INVALID])
def test_an_invalid_model_is_refused(directory: DirectoryClient, sample: Path) -> None:
    refused = directory.http.post("/models", content=sample.read_bytes(), headers=TM_JSON)

    assert problem(refused, 400)["validationErrors"]


def test_a_thing_is_made_of_a_model(directory: DirectoryClient) -> None:
    put(directory, thing_model(**SECURITY, properties=ON))
    made = make(directory, {"id": "urn:example:made"})
    thing = directory.retrieved("urn:example:made")

    assert made.status_code == 201
    assert thing["title"] == "Lamp model"
    assert "tm:ThingModel" not in thing.get("@type", [])
    assert thing["properties"]["on"]["forms"] == ON["on"]["forms"]


def test_a_made_thing_names_its_model(directory: DirectoryClient) -> None:
    put(directory, thing_model(**SECURITY, properties=ON))
    make(directory, {"id": "urn:example:made"})
    links = directory.retrieved("urn:example:made")["links"]

    assert [link["href"] for link in links if link["rel"] == "type"] == [MODEL]


def test_a_made_thing_has_an_id_even_where_none_is_given(directory: DirectoryClient) -> None:
    put(directory, thing_model(**SECURITY, properties=ON))
    made = make(directory, {})

    assert directory.http.get(made.headers["location"]).json()["id"].startswith("urn:uuid:")


def test_placeholders_are_filled(directory: DirectoryClient) -> None:
    put(directory, thing_model(**SECURITY, title="Lamp {{NUMBER}}", properties=ON))
    made = make(directory, {"id": "urn:example:made", "placeholders": {"NUMBER": "7"}})

    assert made.status_code == 201
    assert directory.retrieved("urn:example:made")["title"] == "Lamp 7"


def test_a_placeholder_without_a_value_is_refused(directory: DirectoryClient) -> None:
    put(directory, thing_model(**SECURITY, title="Lamp {{NUMBER}}", properties=ON))

    assert "NUMBER" in problem(make(directory, {}), 400)["detail"]
    assert directory.listing().json() == []


def test_a_model_that_extends_another_has_all_of_it(directory: DirectoryClient) -> None:
    put(directory, thing_model(**SECURITY, properties=ON))
    level = {"level": {"type": "integer", "forms": [{"href": "http://lamp.example/level"}]}}
    extends = [{"rel": "tm:extends", "href": MODEL, "type": "application/tm+json"}]
    put(directory, thing_model("urn:example:model:dimmer", title="Dimmer", links=extends, properties=level))
    made = make(directory, {"id": "urn:example:made"}, "urn:example:model:dimmer")
    thing = directory.retrieved("urn:example:made")

    assert made.status_code == 201
    assert thing["title"] == "Dimmer"
    assert thing["properties"].keys() == {"on", "level"}


def test_a_reference_into_another_model_is_followed(directory: DirectoryClient) -> None:
    put(directory, thing_model(**SECURITY, properties=ON))
    refers = {"on": {"tm:ref": f"{MODEL}#/properties/on", "title": "Switch"}}
    put(directory, thing_model("urn:example:model:switch", **SECURITY, properties=refers))
    make(directory, {"id": "urn:example:made"}, "urn:example:model:switch")
    switch = directory.retrieved("urn:example:made")["properties"]["on"]

    assert switch == {**ON["on"], "title": "Switch"}


def test_a_reference_to_nothing_is_refused(directory: DirectoryClient) -> None:
    refers = {"on": {"tm:ref": "urn:example:nobody#/properties/on"}}
    put(directory, thing_model(**SECURITY, properties=refers))

    assert "urn:example:nobody" in problem(make(directory, {}), 400)["detail"]


def test_models_that_extend_each_other_are_refused(directory: DirectoryClient) -> None:
    for id, other in ((MODEL, "urn:example:model:b"), ("urn:example:model:b", MODEL)):
        put(directory, thing_model(id, **SECURITY, links=[{"rel": "tm:extends", "href": other}]))

    problem(make(directory, {}), 400)


def test_a_thing_is_made_only_once(directory: DirectoryClient) -> None:
    put(directory, thing_model(**SECURITY, properties=ON))
    make(directory, {"id": "urn:example:made"})

    problem(make(directory, {"id": "urn:example:made"}), 412)


def test_nothing_is_made_of_a_model_that_is_not_there(directory: DirectoryClient) -> None:
    problem(make(directory, {}, "urn:example:nobody"), 404)


@pytest.mark.parametrize("wanted", [[], "text", {"unknown": 1}, {"placeholders": []}, {"id": 7}])
def test_a_wish_that_cannot_be_read_is_400(directory: DirectoryClient, wanted: Json) -> None:
    put(directory, thing_model(**SECURITY, properties=ON))

    problem(make(directory, wanted), 400)


def test_a_model_has_the_context_of_thing_descriptions(directory: DirectoryClient) -> None:
    refused = put(directory, thing_model(**{"@context": "https://example.com/"}))

    assert TD_CONTEXT in json.dumps(problem(refused, 400))


# --- the models of families


@pytest.mark.parametrize("family", ["lwm2m", "obis-meter"])
def test_the_model_of_a_family_is_registered_and_things_are_made_of_it(directory: DirectoryClient, family: str) -> None:
    served = directory.http.get(f"/mappings/{family}/thing-model")
    created = put(directory, served.json())
    made = make(directory, {"id": "urn:example:one", "forms": "{kind}/{name}"}, served.json()["id"])

    assert (served.status_code, created.status_code, made.status_code) == (200, 201, 201), made.text
    assert made.json()["properties"].keys() == served.json()["properties"].keys()
