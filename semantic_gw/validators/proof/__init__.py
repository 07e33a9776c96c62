"""Mappings type-checked against shapes: what no payload can violate is proved once, and the rest is looked at.

A mapping tells what all its graphs have in common (`semantic_gw.rdf.abstract_graph`); each constraint of each shape
then holds in every graph, in none, or has to be looked at in each.
"""

from semantic_gw.validators.proof.names import NamedTerms
from semantic_gw.validators.proof.prove import Judgement, Proof, prove
from semantic_gw.validators.proof.refutations import Refutation, refutations
from semantic_gw.validators.proof.validator import MappedValidator, PlanValidator

__all__ = ["Judgement", "MappedValidator", "NamedTerms", "PlanValidator", "Proof", "Refutation", "prove", "refutations"]
