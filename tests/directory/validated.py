"""Thing Descriptions and Thing Models, as small as they can be, for the tests of their validation."""

from __future__ import annotations

from semantic_gw.model import Json

TD_1_1 = "https://www.w3.org/2022/wot/td/v1.1"
TD_1_0 = "https://www.w3.org/2019/wot/td/v1"

Document = dict[str, Json]


def description(**members: Json) -> Document:
    """A valid Thing Description, with *members* on top; one that is None is left out."""
    whole: Document = {
        "@context": TD_1_1,
        "title": "lamp",
        "securityDefinitions": {"nosec_sc": {"scheme": "nosec"}},
        "security": "nosec_sc",
    }
    return {name: value for name, value in (whole | members).items() if value is not None}


def of_1_0(**members: Json) -> Document:
    return description(**{"@context": TD_1_0, **members})


def with_form(kind: str = "properties", /, **form: Json) -> Document:
    """A description whose one affordance has this one form."""
    return description(**{kind: {"on": {"forms": [{"href": "on", **form}]}}})


def with_schema(**schema: Json) -> Document:
    """A description whose one property has this data schema."""
    return description(properties={"on": {"forms": [{"href": "on"}], **schema}})


def with_scheme(scheme: str, **members: Json) -> Document:
    """A description that is secured by one scheme."""
    return description(securityDefinitions={"sc": {"scheme": scheme, **members}}, security="sc")


def model(**members: Json) -> Document:
    """A valid Thing Model, with *members* on top; one that is None is left out."""
    whole: Document = {"@context": TD_1_1, "@type": "tm:ThingModel"}
    return {name: value for name, value in (whole | members).items() if value is not None}
