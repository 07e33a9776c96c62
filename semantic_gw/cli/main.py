"""`semantic-gw`: exit code 0 when all is well, 1 when there are findings, 2 for usage or configuration errors."""

from __future__ import annotations

import sys

import typer
from pydantic import ValidationError

from semantic_gw import __version__
from semantic_gw.cli import bench, check, explain, lift, replay, serve, tail, things, tour
from semantic_gw.cli.terminal import errors
from semantic_gw.errors import ConfigurationError, RefusedError, UnavailableError

app = typer.Typer(
    name="semantic-gw",
    help="Device payloads in, SAREF and WoT RDF that SHACL has checked out on Kafka.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode="rich",
    epilog="Settings: the file semantic-gw.toml (or the one SEMANTIC_GW_CONFIG names), then SEMANTIC_GW_... variables.",
)
for command in (tour.tour, serve.serve, lift.lift, check.check, explain.explain, replay.replay, tail.tail, bench.bench):
    app.command()(command)
app.add_typer(things.things)


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
    except ValidationError as error:
        _fail("\n".join(f"setting {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()))
    except RefusedError as error:
        _fail(str(error), 1)
    except UnavailableError as error:
        _fail(f"unavailable: {error}", 1)
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None


def _fail(text: str, code: int = 2) -> None:
    errors.print(f"[bold red]error:[/] {text}", highlight=False)
    raise SystemExit(code)
