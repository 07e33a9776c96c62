"""The Things the gateway knows, and the lifter that each of their addresses has. No HTTP in it."""

from semantic_gw.directory.directory import Directory

__all__ = ["Directory"]
