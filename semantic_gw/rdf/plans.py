"""What the projection does with each member of an object, worked out once per context and set of members.

The objects of Thing Descriptions are alike: thousands of forms have the same members. So each set of members becomes a
`Shape` the first time it is seen: which members are types, and in which order the others become triples.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

import msgspec

from semantic_gw.model import IRI, Json
from semantic_gw.rdf import contexts
from semantic_gw.rdf.contexts import CONTEXTS, PROJECTION, TD_1_0, TD_1_1, ForeignContext, items, understood
from semantic_gw.rdf.literals import literal
from semantic_gw.rdf.node_names import absolute
from semantic_gw.rdf.rules import NAME, OF_THE_CONTEXT, Rule, is_made_up, rule
from semantic_gw.rdf.scopes import INHERITED, Definition, NotSimple, Scope

_MOST_KEPT: Final = 256
"""Shapes, members and words kept of one scope; then it starts again."""
_LONGEST_KEPT: Final = 500
"""Characters of what is kept: members are texts of users."""
_MOST_CONTEXTS: Final = 32
_KEYWORDS: Final = frozenset({"@id", "@value", "@language"})
"""Those read without the JSON-LD processor, beside `@type`."""
_LAST: Final = chr(0x10FFFF)
"""Stands for the name from a map of names, which comes after other names, as the JSON-LD processor has it."""
_LONGEST_CONTEXT: Final = 64 * 1024
"""Bytes."""


class Kind(enum.Enum):
    """What a text, or the whole value, of a member is."""

    TEXT = enum.auto()
    DEFINITION = enum.auto()
    """A text names a definition."""
    REFERENCE = enum.auto()
    WORD = enum.auto()
    JSON = enum.auto()
    LANGUAGES = enum.auto()
    """An object maps languages to texts."""
    NAMED = enum.auto()
    """Nodes with names; an object maps the names to them."""


class Plan(NamedTuple):
    """What becomes of the value of one member; without a *predicate* it is only looked through."""

    predicate: IRI
    kind: Kind
    datatype: IRI
    """Of texts."""
    language: str | None
    number_type: IRI | None
    """Of numbers and truth values that do not have their usual one."""
    part: str
    """Numbers a single node."""
    rule: Rule
    is_map: bool
    within: Plans


class Form(enum.Enum):
    """What an object is (JSON-LD 1.1, 9)."""

    NODE = enum.auto()
    REFERENCE = enum.auto()
    VALUE = enum.auto()
    LIST = enum.auto()


class Shape(NamedTuple):
    """What an object with these members is. A member of None in *steps* is the name it has from a map of names."""

    form: Form
    id: str
    types: tuple[str, ...]
    steps: tuple[tuple[str | None, Plan], ...]
    left_out: tuple[tuple[str, Plan], ...]
    more: tuple[str, ...]
    """All members but keywords."""
    keywords: Mapping[str, str]
    """Keywords but `@id` and `@type` → the members that stand for them."""


class Plans:
    """How objects of one *scope* are read; *family* are those of all scopes of a document."""

    is_expanded = False

    def __init__(self, scope: Scope, family: list[Plans]) -> None:
        self.scope = scope
        self._family = family
        self._shapes: dict[tuple[bool, tuple[str, ...]], Shape] = {}
        self._plans: dict[str, Plan] = {}
        self._words: dict[str, str | None] = {}
        family.append(self)

    def root(self, document: Mapping[str, Json]) -> Shape:
        """The shape of a whole document, but for its context and its id. Raises NotSimple."""
        return self.shape(tuple([member for member in document if member not in ("@context", "id")]))

    def shape(self, members: tuple[str, ...], *, named: bool = False) -> Shape:
        """The shape of an object with *members*, *named* where it is in a map of names. Raises NotSimple."""
        found = self._shapes.get((named, members))
        if found is None:
            found = self._new_shape(members, named=named)
            if sum(map(len, members)) <= _LONGEST_KEPT:
                _keep(self._shapes, (named, members), found)
        return found

    def plan(self, member: str) -> Plan:
        """The plan for *member*. Raises NotSimple where that is a keyword, or nothing."""
        word = self.scope.member(member)
        if word is None or word[0] == "@":
            raise NotSimple(member)
        return self._plan(member, word)

    def _plan(self, member: str, word: IRI) -> Plan:
        found = self._plans.get(member)
        if found is None:
            found = self._new_plan(member, word)
            if len(member) <= _LONGEST_KEPT:
                _keep(self._plans, member, found)
        return found

    def word(self, text: str) -> str | None:
        """What *text* stands for as a word of the vocabulary: an absolute IRI, a keyword, or nothing."""
        try:
            return self._words[text]
        except KeyError:
            found = self.scope.word(text)
            if len(text) <= _LONGEST_KEPT:
                _keep(self._words, text, found)
            return found

    def type(self, text: str) -> str:
        """What *text* stands for as a type. Raises NotSimple where that is nothing, or has a context of its own."""
        found = self.word(text)
        if found is None or self.scope.definition(text).scope is not None or (found[0] == "@" and found != "@json"):
            raise NotSimple(text)
        return found

    def reference(self, text: str) -> IRI | None:
        """The absolute IRI of *text*, an `@id`; None where it is relative. Raises NotSimple."""
        return self.scope.reference(text)

    def _new_shape(self, members: Iterable[str], *, named: bool) -> Shape:
        types: list[str] = []
        plans: list[tuple[IRI, str, Plan]] = []
        keywords: dict[str, str] = {}
        for member in sorted(members):
            word = self.scope.member(member)
            if word == "@type":
                types.append(member)
            elif word is not None and word[0] == "@":
                self._keyword(word, member, keywords)
            elif word is not None:
                plan = self._plan(member, word)
                plans.append((plan.predicate, member, plan))
        id_ = keywords.pop("@id", "")
        more = tuple([member for _, member, _ in plans])
        form = self._form(id_, keywords, more, types)
        left_out = tuple([(member, plan) for predicate, member, plan in plans if not predicate])
        if named:
            plans = [(iri, member, plan._replace(part="0") if iri == NAME else plan) for iri, member, plan in plans]
            plans.append((NAME, _LAST, self._name_plan()))
        return Shape(form, id_, tuple(types), _steps(plans), left_out, more, keywords)

    def _keyword(self, word: str, member: str, keywords: dict[str, str]) -> None:
        if not self.is_expanded and (word in keywords or word not in _KEYWORDS):
            raise NotSimple(word)
        keywords[word] = member

    def _form(self, id_: str, keywords: Mapping[str, str], more: Sequence[str], types: Sequence[str]) -> Form:
        if "@value" in keywords and not (id_ or more):
            return Form.VALUE
        if keywords and not self.is_expanded:
            raise NotSimple(keywords)
        if "@list" in keywords:
            return Form.LIST
        return Form.NODE if more or types or keywords or not id_ else Form.REFERENCE

    def _new_plan(self, member: str, word: IRI) -> Plan:
        """The plan for *member*. Its own context counts once for texts, twice for objects, as PyLD has it."""
        definition = self.scope.definition(member)
        texts = _within(self.scope, definition)
        coerced = texts.definition(member)
        objects = _within(texts, coerced) if texts is not self.scope else texts
        if definition.container == "@index" and not _names(self.scope, texts, coerced.index_member):
            raise NotSimple(member)
        within = self if objects is self.scope else self._sibling(objects)
        return self._made(word, definition, coerced, texts.language, within)

    def _name_plan(self) -> Plan:
        nothing = self.scope.definition("")
        return self._made(NAME, nothing, nothing, None, self)

    def _made(
        self, word: IRI, definition: Definition, coerced: Definition, language: str | None, within: Plans
    ) -> Plan:
        predicate = absolute(word)
        found = rule("" if predicate is None or is_made_up(predicate) else predicate)
        kind = Kind.LANGUAGES if definition.container == "@language" else _kind(coerced.type, found)
        is_map = definition.container == "@index"
        if is_map and kind is not Kind.NAMED:
            raise NotSimple(word)
        tag = language and language + OF_THE_CONTEXT if coerced.language == INHERITED else coerced.language
        datatype = absolute(coerced.type) if coerced.type else None
        text = literal("", datatype, None if datatype else found.language(tag))
        part = "0" if found.numbered else ""
        return Plan(found.predicate, kind, text.datatype, text.language, datatype, part, found, is_map, within)

    def _sibling(self, scope: Scope) -> Plans:
        return next((plans for plans in self._family if plans.scope == scope), None) or Plans(scope, self._family)


class _Expanded(Scope):
    """The scope of expanded form: everything is written out."""

    def word(self, text: str) -> str | None:
        return text

    def member(self, text: str) -> str | None:
        return text

    def reference(self, text: str) -> IRI | None:
        return text


class _PlansOfExpanded(Plans):
    is_expanded = True

    def type(self, text: str) -> str:
        return text


EXPANDED: Final[Plans] = _PlansOfExpanded(_Expanded({}), [])
"""How what the JSON-LD processor has expanded is read."""


def plans(context: Json, *, opaque: bool, foreign: tuple[ForeignContext, ...] = ()) -> Plans:
    """How a Thing Description with *context* is read, *opaque* without contexts that are neither held nor *foreign*.

    Raises NotSimple.
    """
    text = msgspec.json.encode(context)
    found = _compiled(text, opaque, foreign) if len(text) <= _LONGEST_CONTEXT else None
    if found is None:
        raise NotSimple(text)
    return found


@lru_cache(maxsize=_MOST_CONTEXTS)
def _compiled(text: bytes, opaque: bool, foreign: tuple[ForeignContext, ...]) -> Plans | None:  # noqa: FBT001  # a key
    given = items(msgspec.json.decode(text))
    contexts = [PROJECTION if item in (TD_1_1, TD_1_0) else item for item in understood(given, foreign, opaque=opaque)]
    held = next((i for i, item in enumerate(contexts) if not isinstance(item, str)), len(contexts))
    try:
        scope = _of_held(tuple(contexts[:held]))
        for item in contexts[held:]:
            scope = _extended(scope, item)
    except NotSimple:
        return None
    return Plans(scope, [])


@lru_cache(maxsize=_MOST_CONTEXTS)
def _of_held(urls: tuple[IRI, ...]) -> Scope:
    scope = Scope({})
    for url in urls:
        scope = _extended(scope, url)
    return scope


def _extended(scope: Scope, item: Json) -> Scope:
    if isinstance(item, Mapping):
        return scope.extended(item, trusted=False)
    if not isinstance(item, str) or item not in CONTEXTS:
        raise NotSimple(item)
    return scope.extended(contexts.context(item), trusted=True)


def _within(scope: Scope, definition: Definition) -> Scope:
    return scope if definition.scope is None else scope.extended(definition.scope, trusted=True)


def _names(outside: Scope, inside: Scope, member: str) -> bool:
    """Whether *member* means a name, on either side of a map of names."""
    found = inside.definition(member)
    return outside.word(member) == NAME == found.iri and found.type is None


def _kind(coerced: str | None, found: Rule) -> Kind:
    if found.named or found.affordance:
        return Kind.NAMED
    usual = Kind.DEFINITION if found.names else Kind.TEXT
    return _COERCED.get(coerced or "", usual)


_COERCED: Final = {"@id": Kind.REFERENCE, "@vocab": Kind.WORD, "@json": Kind.JSON}


def _steps(plans: Sequence[tuple[IRI, str, Plan]]) -> tuple[tuple[str | None, Plan], ...]:
    """Those that have a predicate, in its order. Two of the same one are not simple, but for names."""
    ordered = sorted((item for item in plans if item[0]), key=lambda item: item[:2])
    distinct = {(predicate, member == _LAST) for predicate, member, _ in ordered}
    if len(distinct) < len(ordered):
        raise NotSimple(ordered)
    return tuple([(None if member == _LAST else member, plan) for _, member, plan in ordered])


def _keep(kept: dict[Any, Any], key: Any, found: Any) -> None:
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    kept[key] = found
