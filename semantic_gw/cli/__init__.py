"""The command line: one module a command."""

from semantic_gw.cli.main import main

__all__ = ["main"]
