"""The older vocabulary (R2RML's `rr:`, and `rml:`, `ql:`, `fnml:` of semweb.mmlab.be) as names of the newer."""

from __future__ import annotations

from typing import Final

from semantic_gw.model import IRI

RML: Final = "http://w3id.org/rml/"
RR: Final = "http://www.w3.org/ns/r2rml#"
OLD_RML: Final = "http://semweb.mmlab.be/ns/rml#"
FNML: Final = "http://semweb.mmlab.be/ns/fnml#"
STREAM: Final = "http://semweb.mmlab.be/ns/rmls#"

_NAMESPACES: Final = (
    RR,
    OLD_RML,
    "http://semweb.mmlab.be/ns/ql#",
    "http://semweb.mmlab.be/ns/rml-compression#",
    "http://semweb.mmlab.be/ns/rml-encoding#",
    "http://semweb.mmlab.be/ns/rml-target#",
)
_RENAMED: Final = {RR + "column": RML + "reference", FNML + "functionValue": RML + "functionValue"}


def renamed(iri: IRI) -> IRI:
    """The name that *iri* has in the newer vocabulary; what is not of the older one is returned as it is.

    >>> renamed("http://www.w3.org/ns/r2rml#subjectMap")
    'http://w3id.org/rml/subjectMap'
    """
    if iri in _RENAMED:
        return _RENAMED[iri]
    for namespace in _NAMESPACES:
        if iri.startswith(namespace):
            return RML + iri[len(namespace) :]
    return iri
