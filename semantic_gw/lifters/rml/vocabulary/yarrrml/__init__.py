"""YARRRML 1.3 (https://w3id.org/yarrrml/spec/) read straight into the model, with line numbers."""

from semantic_gw.lifters.rml.vocabulary.yarrrml.document import read

__all__ = ["read"]
