"""`semantic-gw`: exit code 0 when all is well, 1 when there are findings, 2 for usage or configuration errors."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any, Final

import typer
from rich.markup import escape
from typer.core import TyperGroup

from semantic_gw import __version__
from semantic_gw.cli.terminal import errors
from semantic_gw.errors import ConfigurationError, RefusedError, UnavailableError

COMMANDS: Final = (
    "tour",
    "serve",
    "lift",
    "coverage",
    "lexicon",
    "suggest",
    "init",
    "test",
    "map",
    "validate",
    "check",
    "explain",
    "replay",
    "tail",
    "bench",
    "things",
    "history",
    "shapes",
    "query",
    "subscribe",
)
"""Every command, which is a function or a group in the module of its name."""


class _Commands(TyperGroup):
    """Loads the module of a command when it is asked for: all of them together take two seconds."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  the base class names it
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        return _loaded(cmd_name) if cmd_name in COMMANDS else None


def _loaded(name: str) -> Any:
    """The command *name* as typer builds it within a group."""
    group = typer.Typer(add_completion=False, rich_markup_mode="rich")
    found = getattr(import_module(f"semantic_gw.cli.{name}"), name)
    if isinstance(found, typer.Typer):
        group.add_typer(found)
    else:
        group.command(name)(found)
    return typer.main.get_group(group).commands[name]


app = typer.Typer(
    name="semantic-gw",
    cls=_Commands,
    help="Device payloads in, SAREF and WoT RDF that SHACL has checked out on Kafka.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode="rich",
    epilog="Settings: the file semantic-gw.toml (or the one SEMANTIC_GW_CONFIG names), then SEMANTIC_GW_... variables.",
)


@app.callback(invoke_without_command=True)
def version(
    context: typer.Context,
    show: bool = typer.Option(False, "--version", help="Print the version and exit."),
) -> None:
    if show:
        sys.stdout.write(f"semantic-gw {__version__}\n")
        raise typer.Exit
    if context.invoked_subcommand is None:
        raise typer.Exit(2)


def main() -> None:
    """Run the command line; errors a person can act on are one line, not a trace."""
    try:
        app()
    except ConfigurationError as error:
        _fail(str(error))
    except RefusedError as error:
        _fail(str(error), 1)
    except UnavailableError as error:
        _fail(f"unavailable: {error}", 1)
    except ValueError as error:
        _fail(_settings(error))
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None


def _settings(error: ValueError) -> str:
    """What is wrong with settings; any other error is none that a person can act on."""
    # Imported here: a command without settings starts in half the time.
    from pydantic import ValidationError  # noqa: PLC0415

    if not isinstance(error, ValidationError):
        raise error
    return "\n".join(f"setting {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())


def _fail(text: str, code: int = 2) -> None:
    errors.print(f"[bold red]error:[/] {escape(text)}", highlight=False, soft_wrap=True)
    raise SystemExit(code)
