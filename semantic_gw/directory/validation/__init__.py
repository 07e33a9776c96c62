"""Whether bytes are a Thing Description or a Thing Model, and if not, where and why.

`read` makes a document of bytes, `check_description` and `check_model` look at it: against a schema (the normative
tables), and against what a schema cannot say. Whatever is wrong with a document is a finding; only bytes that hold
no document raise.
"""

from semantic_gw.directory.validation.description import check_description
from semantic_gw.directory.validation.reading import read
from semantic_gw.directory.validation.thing_model import check_model

__all__ = ["check_description", "check_model", "read"]
