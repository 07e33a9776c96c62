"""The Thing Description Directory, and the Things the pipeline knows from it. No HTTP in it."""

from semantic_gw.directory.known_things import KnownThings

__all__ = ["KnownThings"]
