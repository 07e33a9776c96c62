"""Managed shape sets: what can be asked of them. No HTTP in it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, NamedTuple

from semantic_gw.directory.database import Database
from semantic_gw.directory.register import ANY, Condition
from semantic_gw.errors import (
    ConfigurationError,
    ConflictError,
    InvalidDocumentError,
    NotRegisteredError,
    RefusedError,
)
from semantic_gw.model import Json
from semantic_gw.settings import ShapesSettings
from semantic_gw.shape_sets import store
from semantic_gw.shape_sets.collection import Collection, UnknownSetError
from semantic_gw.shape_sets.policies import Policies
from semantic_gw.shape_sets.running import Running
from semantic_gw.shape_sets.shape_set import POLICIES, ReadOnlySetError, ShapeSet, check_name, is_name
from semantic_gw.shape_sets.store import Action, AuditEntry, Change, MovedError, State, Version
from semantic_gw.shape_sets.trying import given
from semantic_gw.shape_sets.workshop import Workshop

_log = logging.getLogger(__name__)

_TRIES: Final = 20

Clock = Callable[[], datetime]
Plan = Callable[[State], Change]
"""What is to be done, given what is stored. Raises RefusedError."""


class InUseError(RefusedError):
    """A rule of the policies names the set that is to be removed."""


class Done(NamedTuple):
    """What a change did. *hash* is that of what stands there now, empty where nothing does."""

    hash: str
    number: int
    created: bool = False
    changed: bool = False


class ShapeSets:
    """Stores shape sets and policies. What cannot be compiled, all sets together, is never stored.

    What is stored through this object runs in this process before it is answered.
    """

    def __init__(
        self, database: Database, running: Running, settings: ShapesSettings, workshop: Workshop, *, clock: Clock
    ) -> None:
        self._database = database
        self._settings = settings
        self._workshop = workshop
        self._clock = clock
        self.running = running

    async def stored(self) -> State:
        """What is stored and holds, whether it runs here or not."""
        return await self._database.snapshot(store.state)

    async def all(self) -> Mapping[str, ShapeSet]:
        """Every set as it is stored, those of files first."""
        return {**self.running.base.sets, **(await self.stored()).sets}

    async def get(self, name: str) -> ShapeSet:
        """Raises NotRegisteredError."""
        sets = await self.all()
        if name not in sets:
            raise NotRegisteredError(f"no shape set {name[:100]!r}; there are {', '.join(sorted(sets))}")
        return sets[name]

    async def versions(self, name: str) -> tuple[int, Sequence[Version]]:
        """The number of the version that holds (0: none does), and all that are kept, newest first, without bodies.

        Raises NotRegisteredError.
        """
        _check_possible(name)
        return await self._database.snapshot(lambda connection: store.versions(connection, name))

    async def version(self, name: str, number: int) -> Version:
        """Raises NotRegisteredError."""
        _check_possible(name)
        return await self._database.read(lambda connection: store.version(connection, name, number))

    async def audit(self, before: int, most: int) -> Sequence[AuditEntry]:
        """At most *most* entries before the position *before*, the newest first."""
        return await self._database.read(lambda connection: store.audit(connection, before, most))

    async def policies(self) -> tuple[Policies, Version | None]:
        """The policies that hold, and the version they are stored as; none where they are the settings'."""
        state = await self.stored()
        return state.policies or self.running.base.policies, state.active.get(POLICIES)

    async def put(self, name: str, body: bytes, media_type: str, condition: Condition = ANY, *, by: str) -> Done:
        """Have *body*, RDF of *media_type*, as the set *name*.

        Raises InvalidDocumentError where it cannot be compiled beside all others, ConflictError, RefusedError.
        """
        self._check_writable(name)
        turtle = await self._workshop.turtle_of(body, media_type)
        if len(turtle) > self._settings.max_set_bytes:
            raise RefusedError(f"a shape set has at most {self._settings.max_set_bytes} bytes (shapes.max_set_bytes)")

        def plan(state: State) -> Change:
            self._check_room(state, name)
            return Change(Action.PUT, name, turtle, self._clock(), by)

        return await self._change(plan, name, condition)

    async def remove(self, name: str, condition: Condition = ANY, *, by: str) -> Done:
        """Take the set *name* away; its versions stay. Raises NotRegisteredError, InUseError, ConflictError."""
        self._check_writable(name)

        def plan(state: State) -> Change:
            if name not in state.active:
                raise NotRegisteredError(f"no shape set {name!r}")
            if name in (state.policies or self.running.base.policies).sets:
                raise InUseError(f"a rule of the policies names {name}: change the policies first")
            return Change(Action.REMOVE, name, None, self._clock(), by)

        return await self._change(plan, name, condition)

    async def activate(self, name: str, number: int, condition: Condition = ANY, *, by: str) -> Done:
        """Have the version *number* of the set (or policies) *name* hold again. Raises NotRegisteredError."""
        if name != POLICIES:
            self._check_writable(name)
        body = (await self.version(name, number)).body

        def plan(state: State) -> Change:
            self._check_room(state, name)
            return Change(Action.ACTIVATE, name, body, self._clock(), by, number)

        return await self._change(plan, name, condition)

    async def put_policies(self, policies: Policies, condition: Condition = ANY, *, by: str) -> Done:
        """Have *policies* hold instead of those of the settings. Raises InvalidDocumentError, ConflictError."""
        change = Change(Action.PUT, POLICIES, policies.body, self._clock(), by)
        return await self._change(lambda _: change, POLICIES, condition)

    async def remove_policies(self, condition: Condition = ANY, *, by: str) -> Done:
        """Have the policies of the settings hold again. Raises ConflictError."""
        change = Change(Action.REMOVE, POLICIES, None, self._clock(), by)
        return await self._change(lambda _: change, POLICIES, condition)

    async def tried(self, data: bytes, media_type: str, turtle: bytes | None) -> dict[str, Json]:
        """What the shapes in *turtle* say of *data*, RDF of *media_type*; without, those that run. Nothing is kept.

        Raises InvalidDocumentError, DecodingError, SandboxError.
        """
        sets = tuple(self.running.collection.sets.values()) if turtle is None else (given(turtle),)
        try:
            return await self._workshop.tried(self.running.base.compiler, sets, data, media_type)
        except ConfigurationError as error:
            raise _invalid(error) from error

    async def _change(self, plan: Plan, name: str, condition: Condition) -> Done:
        """Do what *plan* says, once it is known that all shapes together still compile."""
        async with self.running.turn:
            for _ in range(_TRIES):
                state = await self.stored()
                change = plan(state)
                known = self._tag(state, name)
                condition.check(name, known)
                if change.action is not Action.ACTIVATE and _is_same(change, state):
                    held = state.active.get(name)
                    return Done(known or "", 0 if held is None else held.number)
                try:
                    return await self._stored(state, change, known)
                except MovedError:
                    continue
        raise ConflictError(f"the shape sets change all the time; {name} is as it was: try again")

    async def _stored(self, state: State, change: Change, known: str | None) -> Done:
        """*change* compiled, stored, and in use. Raises InvalidDocumentError, MovedError."""
        wanted = state.after(change)
        collection = await self._compiled(wanted, change)
        reached, number = await self._database.write(
            lambda connection: store.apply(
                connection,
                change,
                known=state.position,
                collection=collection.hash,
                kept=self._settings.kept_versions,
            )
        )
        holds = replace(state.after(replace(change, number=number)), position=reached)
        sets = {**collection.sets, **holds.sets}
        after = self._tag(holds, change.name) or ""
        self._tell(change, number, (known or "", after), collection)
        self.running.use(replace(collection, position=reached, sets=sets), holds)
        return Done(after, number, created=known is None, changed=True)

    async def _compiled(self, wanted: State, change: Change) -> Collection:
        """Everything that would hold; what came from outside is first compiled where it can do no harm."""
        try:
            if change.body is not None and change.name != POLICIES:
                await self._workshop.check(
                    self.running.base.compiler, [*self.running.base.sets.values(), *wanted.sets.values()]
                )
            return await self.running.built(wanted)
        except ConfigurationError as error:
            raise _invalid(error) from error

    def _tell(self, change: Change, number: int, hashes: tuple[str, str], collection: Collection) -> None:
        told = {"action": change.action.value, "set": change.name, "by": change.by, "number": number}
        before, after = hashes
        _log.info("shapes changed", extra={**told, "before": before, "after": after, "shapes": collection.hash})

    def _tag(self, state: State, name: str) -> str | None:
        """The hash of what *name* names; None where there is nothing."""
        if name == POLICIES:
            return (state.policies or self.running.base.policies).hash
        return state.active[name].hash if name in state.active else None

    def _check_writable(self, name: str) -> None:
        check_name(name)
        if name in self.running.base.sets:
            origin = self.running.base.sets[name].origin
            raise ReadOnlySetError(f"the shape set {name} is from a file ({origin}), and only read here")

    def _check_room(self, state: State, name: str) -> None:
        if name not in state.active and len(state.sets) >= self._settings.max_sets:
            raise RefusedError(f"there are {self._settings.max_sets} shape sets, as many as may (shapes.max_sets)")


def _check_possible(name: str) -> None:
    """Raises NotRegisteredError for a text that no database is to be asked for."""
    if name != POLICIES and not is_name(name):
        raise NotRegisteredError(f"no shape set can be called {name[:100]!r}")


def _is_same(change: Change, state: State) -> bool:
    """Whether *change* would leave everything as it is."""
    held = state.active.get(change.name)
    return change.body == (None if held is None else held.body)


def _invalid(error: ConfigurationError) -> InvalidDocumentError:
    where = "/rules" if isinstance(error, UnknownSetError) else ""
    return InvalidDocumentError(str(error), ((where, str(error)),))
