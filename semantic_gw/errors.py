"""Every error the gateway raises, in one tree, sorted by what the caller does next.

GatewayError
├── PayloadError             fails however often it is tried: dead-letter it
│   ├── DecodingError        the bytes are not what their media type promises
│   ├── NoMappingError       no family and no Thing Description knows this payload
│   │   └── AmbiguousAddressError   several hosts have the path it came in at
│   ├── NoDescriptionError   the family is known, the device's description is not (yet)
│   ├── DescribingError      a family's description cannot become a Thing Description
│   └── LiftingError         the document is not what its Thing Description promises
│       ├── NothingMappedError   it has values, and none has a known meaning
│       └── DescribedAlreadyError   somebody else described its Things: it says no more of them
├── RefusedError             what was asked for is not possible as asked: tell who asks
│   ├── InvalidDocumentError     a Thing Description or Thing Model that has faults
│   ├── NotRegisteredError       nothing is registered under this id
│   ├── ConflictError            somebody else changed it in between, or it is there already
│   ├── QueryError               a query that is wrong
│   │   └── LimitError           a query that costs more than is allowed
│   └── NotSupportedError        a part of a standard that is not offered
├── UnavailableError         a peer is away: pause, then retry
└── ConfigurationError       the operator must act: refuse to start
    ├── MappingError         a mapping or Thing Description cannot be compiled
    └── ShapeError           a shape cannot be compiled
"""

from __future__ import annotations


class GatewayError(Exception):
    """The root: catch it to catch everything the gateway raises on purpose."""


class PayloadError(GatewayError):
    """A payload that fails however often it is tried.

    *reason* is the fixed phrase of the class (the `Dead-Letter-Reason` header), *step* the step of the pipeline that
    failed; the message says what, where, and what there is instead. *pointer* is the JSON Pointer (RFC 6901) into the
    document and *value* a short rendering of what stood there; *rule* names the affordance or mapping rule.
    """

    reason = "payload"
    step = ""

    def __init__(self, message: str, *, rule: str = "", pointer: str = "", value: str = "") -> None:
        super().__init__(message)
        self.rule = rule
        self.pointer = pointer
        self.value = value


class DecodingError(PayloadError):
    """The bytes are not what their media type promises."""

    reason = "decoding"
    step = "decode"


class UnsupportedMediaTypeError(DecodingError):
    """No codec knows this media type."""

    reason = "unsupported media type"


class PayloadTooLargeError(DecodingError):
    """The payload is larger than the configured limit."""

    reason = "too large"


class NoMappingError(PayloadError):
    """No family and no Thing Description knows this payload."""

    reason = "no mapping"
    step = "route"


class AmbiguousAddressError(NoMappingError):
    """The address is the path of URLs on several hosts: nobody knows which of them is meant."""

    reason = "ambiguous address"


class NoDescriptionError(PayloadError):
    """The family is known, but the device's own description has not arrived yet."""

    reason = "no description"
    step = "describe"


class DescribingError(PayloadError):
    """A family's description cannot become a Thing Description."""

    reason = "describing"
    step = "describe"


class LiftingError(PayloadError):
    """The document is not what its Thing Description promises."""

    reason = "lifting"
    step = "lift"


class NothingMappedError(LiftingError):
    """The document has values, and none of them has a known meaning."""

    reason = "nothing mapped"


class DescribedAlreadyError(LiftingError):
    """The document tells of Things that somebody else described: it says no more of them."""

    reason = "described already"


class UnavailableError(GatewayError):
    """A peer (broker, disk, database) is away: pause, then retry. Never a reason to dead-letter."""


class ConfigurationError(GatewayError):
    """The operator must act: the gateway refuses to start."""


class MappingError(ConfigurationError):
    """A mapping or a Thing Description cannot be compiled."""


class ShapeError(ConfigurationError):
    """A shape cannot be compiled (unknown term, ill-formed parameter)."""


class RefusedError(GatewayError):
    """What was asked for is not possible as asked; the message says what is."""


class InvalidDocumentError(RefusedError):
    """A Thing Description or Thing Model that has faults: *findings* lists them all, the message tells the first."""

    def __init__(self, message: str, findings: tuple[tuple[str, str], ...] = ()) -> None:
        """*findings* are pairs of a JSON Pointer (RFC 6901) and a sentence (`semantic_gw.model.Finding`)."""
        super().__init__(message)
        self.findings = findings


class NotRegisteredError(RefusedError):
    """Nothing is registered under this id."""


class ConflictError(RefusedError):
    """Somebody else changed it in between, or it is there already."""


class QueryError(RefusedError):
    """A query that is wrong; *line* and *column* count from 1, 0 where nobody knows the place."""

    def __init__(self, message: str, *, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class LimitError(QueryError):
    """A query that costs more than is allowed; *limit* says which bound it met."""

    def __init__(self, message: str, *, limit: str) -> None:
        """*limit* is `time`, `memory`, `answer`, `rows`, `queue`, `query` (its length) or `engine` (that it ended)."""
        super().__init__(message)
        self.limit = limit


class NotSupportedError(RefusedError):
    """A part of a standard that is not offered here."""
