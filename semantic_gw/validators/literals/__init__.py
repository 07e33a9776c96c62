"""Literals as SHACL judges them: XSD's lexical spaces and values, SPARQL's comparisons, XPath's regular expressions."""

from semantic_gw.rdf.lexical import MOST_REMEMBERED, well_formed
from semantic_gw.validators.literals.patterns import Pattern, translate, undecided
from semantic_gw.validators.literals.values import Value, less, value_of

__all__ = ["MOST_REMEMBERED", "Pattern", "Value", "less", "translate", "undecided", "value_of", "well_formed"]
