"""What shapes found, told: one JSON object for people, a true sh:ValidationReport, groups for a terminal."""

from semantic_gw.validators.report.flat import flat_report
from semantic_gw.validators.report.jsonld import report_jsonld
from semantic_gw.validators.report.names import Names, shortened
from semantic_gw.validators.report.rdf import report_triples
from semantic_gw.validators.report.selection import MAX_RESULTS, Group, gravest_first, grouped
from semantic_gw.validators.report.text import to_ntriples, to_turtle

__all__ = [
    "MAX_RESULTS",
    "Group",
    "Names",
    "flat_report",
    "gravest_first",
    "grouped",
    "report_jsonld",
    "report_triples",
    "shortened",
    "to_ntriples",
    "to_turtle",
]
