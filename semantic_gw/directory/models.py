"""The registry of Thing Models (WoT TD 1.1, 9): documents by id, and the Things that are made of them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from semantic_gw.directory.database import Database
from semantic_gw.directory.preparation import MAX_ID_BYTES, refuse, refuse_all
from semantic_gw.directory.register import ANY, Condition, Entry, next_position
from semantic_gw.directory.registration import Injection, microseconds, moment
from semantic_gw.directory.tables import MODELS
from semantic_gw.directory.thing_models import Instance, compose
from semantic_gw.directory.validation import check_model
from semantic_gw.errors import NotRegisteredError
from semantic_gw.model import IRI, Json

_ONE: Final = select(MODELS).where(MODELS.c.id == bindparam("key"))
_PAGE: Final = select(MODELS.c.body).order_by(MODELS.c.id)
_encode: Final = msgspec.json.Encoder().encode


class Models:
    """Registers Thing Models, and makes Thing Descriptions of them."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def create(self, document: Json) -> Entry:
        """Register *document* under its id, or under a new one. Raises InvalidDocumentError, ConflictError."""
        if isinstance(document, Mapping) and "id" not in document:
            document = {**document, "id": uuid.uuid4().urn}
        entry, _ = await self._put(document, Condition(absent=True))
        return entry

    async def put(self, model: IRI, document: Json, condition: Condition = ANY) -> tuple[Entry, bool]:
        """Register *document* as *model*; the second value tells whether it is new.

        Raises InvalidDocumentError, ConflictError.
        """
        if isinstance(document, Mapping) and document.get("id", model) != model:
            refuse("/id", f"the model is put to {model}, so this must be its id, not {document['id']!r}")
        return await self._put({**document, "id": model} if isinstance(document, Mapping) else document, condition)

    async def _put(self, document: Json, condition: Condition) -> tuple[Entry, bool]:
        refuse_all(check_model(document))
        if len(str(document["id"]).encode()) > MAX_ID_BYTES:
            refuse("/id", f"an id has at most {MAX_ID_BYTES} bytes")
        model, body, now = str(document["id"]), _encode(document), self._clock()

        def store(connection: Connection) -> tuple[Entry, bool]:
            position = next_position(connection)
            known = _entry(connection, model)
            condition.check(model, None if known is None else known.version)
            values = {"version": position, "modified": microseconds(now), "body": body}
            if known is None:
                connection.execute(insert(MODELS), {"id": model, "created": microseconds(now), **values})
            else:
                connection.execute(update(MODELS).where(MODELS.c.id == model).values(values))
            return Entry(model, position, now, Injection.SENT, body), known is None

        return await self._database.write(store)

    async def get(self, model: IRI) -> Entry:
        """Raises NotRegisteredError."""
        found = await self._database.read(lambda connection: _entry(connection, model))
        return found or _unknown(model)

    async def delete(self, model: IRI, condition: Condition = ANY) -> None:
        """Things that were made of it stay. Raises NotRegisteredError, ConflictError."""

        def drop(connection: Connection) -> None:
            known = _entry(connection, model) or _unknown(model)
            condition.check(model, known.version)
            connection.execute(delete(MODELS).where(MODELS.c.id == model))

        await self._database.write(drop)

    async def page(self, offset: int, limit: int) -> Sequence[bytes]:
        """Models in code point order of their ids."""
        return await self._database.read(
            lambda connection: connection.execute(_PAGE.offset(offset).limit(limit)).scalars().all()
        )

    async def things(
        self, model: IRI, instance: Instance, submodels: Mapping[str, Json] | None = None
    ) -> Sequence[Mapping[str, Json]]:
        """The Thing Description made of *model*; with *submodels* those of its parts, too, the whole first.

        Raises NotRegisteredError, InvalidDocumentError.
        """

        def make(connection: Connection) -> Sequence[Mapping[str, Json]]:
            document = msgspec.json.decode((_entry(connection, model) or _unknown(model)).body)
            found = compose(document, lambda href: _document(connection, href), instance, submodels)
            return found if submodels is not None else found[:1]

        return await self._database.read(make)


def _entry(connection: Connection, model: IRI) -> Entry | None:
    row = connection.execute(_ONE, {"key": model}).one_or_none()
    return None if row is None else Entry(row.id, row.version, moment(row.modified), Injection.SENT, row.body)


def _document(connection: Connection, href: str) -> Json | None:
    known = None if "\0" in href else _entry(connection, href)
    return None if known is None else msgspec.json.decode(known.body)


def _unknown(model: IRI) -> Entry:
    raise NotRegisteredError(f"no Thing Model {model} is registered")
