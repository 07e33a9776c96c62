"""The Things the gateway knows, and the lifter that each of their addresses has. No HTTP in it."""

from semantic_gw.directory.known_things import KnownThings

__all__ = ["KnownThings"]
