"""PyPI shacl as an engine."""

from __future__ import annotations

import shacl

from tests.validators.fuzz.case import Case, ntriples, read
from tests.validators.fuzz.engines import Refused, Verdict
from tests.validators.fuzz.lines import lines_of_graph


class Shacl:
    """Parses the shapes anew for each case."""

    name = "shacl"

    def judge(self, case: Case) -> Verdict:
        try:
            shapes = shacl.Shapes.from_text(ntriples(case.shapes), format="ntriples")
            report = shapes.validate_text(ntriples(case.data), format="ntriples").serialize("ntriples")
        except ValueError as error:
            return Refused(str(error))
        return lines_of_graph(read(report))
