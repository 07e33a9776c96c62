"""`semantic-gw serve`: the gateway itself."""

from __future__ import annotations

import asyncio
import logging
import logging.config
import signal
import socket
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn

from semantic_gw.app.gateway import Gateway, calm_garbage_collector, check_exposure
from semantic_gw.app.parts import load_parts
from semantic_gw.bindings.http_protocol import BoundedHttpProtocol
from semantic_gw.cli.terminal import errors
from semantic_gw.settings import Settings


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (default: http.host, loopback).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (default: http.port).")] = None,
    allow_remote: Annotated[
        bool, typer.Option("--allow-remote", help="Listen beyond loopback without access control.")
    ] = False,
    data: Annotated[
        Path | None, typer.Option(help="File of the embedded log (default: log.path), beside the directory.")
    ] = None,
) -> None:
    """Serve: take payloads from HTTP, MQTT and Kafka, publish RDF on the bus.

    Without kafka.bootstrap_servers the bus is the embedded log, and nothing else is needed.
    """
    settings = _settings(host, port, data, allow_remote=allow_remote)
    logging.config.dictConfig(log_configuration(settings.log_level))
    check_exposure(settings)
    gateway = Gateway(load_parts(settings))
    calm_garbage_collector()
    errors.print(
        f"Semantic Gateway on http://{settings.http.host}:{settings.http.port} (API at /docs)", highlight=False
    )
    configuration = uvicorn.Config(
        gateway.api(),
        host=settings.http.host,
        port=settings.http.port,
        log_config=None,
        access_log=False,
        limit_concurrency=settings.http.max_connections,
        http=BoundedHttpProtocol,
        timeout_graceful_shutdown=10,
        timeout_keep_alive=30,
    )
    server = _Server(configuration, gateway)
    server.run()
    if not server.started:
        raise typer.Exit(3)


class _Server(uvicorn.Server):
    """Reads shapes and mappings again at SIGHUP, and ends event streams when it is told to stop: it would wait for
    them, and they never end by themselves.
    """

    def __init__(self, configuration: uvicorn.Config, gateway: Gateway) -> None:
        super().__init__(configuration)
        self._gateway = gateway

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        if hasattr(signal, "SIGHUP"):  # there is none on Windows
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._gateway.ask_to_reload)
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._gateway.directory.events.stop()
        await super().shutdown(sockets)


def _settings(host: str | None, port: int | None, data: Path | None, *, allow_remote: bool) -> Settings:
    settings = Settings()
    http = {"host": host, "port": port, "allow_remote": allow_remote or None}
    given = {name: value for name, value in http.items() if value is not None}
    return settings.model_copy(
        update={
            "http": settings.http.model_copy(update=given),
            "log": settings.log.model_copy(update={"path": data} if data else {}),
        }
    )


def log_configuration(level: str) -> dict[str, Any]:
    """JSON lines on standard error: an event and its coordinates; never a payload, never a credential."""
    fields = "%(asctime)s %(levelname)s %(name)s %(message)s"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "fmt": fields,
                "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger", "message": "event"},
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"level": level.upper(), "handlers": ["stderr"]},
    }
