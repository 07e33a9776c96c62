"""Ranges (SHACL, 4.3) and pairs (4.5): a comparison that does not give true is a violation, also one that is an error.

Operators are those of SPARQL 1.1 (17.3), numbers are promoted as in XPath 3.1 (B.1); what SPARQL has no operator for is
ordered as in XSD 1.1 part 2.
"""

from __future__ import annotations

from tests.validators.literals.suite.case import Case, compared, pair

_NUMBERS = [
    ("minInclusive", "5^integer", "5.0^decimal", True, "op:numeric: 5 = 5.0 in one value space"),
    ("minExclusive", "5^integer", "5.0^decimal", False, "5 > 5.0 is false"),
    ("maxInclusive", "-1^integer", "0^integer", True, "op:numeric-less-than"),
    ("maxExclusive", "0^integer", "0^integer", False, "0 < 0 is false"),
    ("maxInclusive", "9^integer", "10^integer", True, "numbers, not texts, are compared"),
    ("maxInclusive", "9007199254740993^integer", "9007199254740992^integer", False, "integers are exact (XSD, 3.4.13)"),
    ("minExclusive", "0.1000000000000000000001^decimal", "0.1^decimal", True, "decimals are exact (XSD, 3.3.3)"),
    ("maxInclusive", "9007199254740993^integer", "9007199254740992^double", True, "promoted to double, both are equal"),
    ("maxExclusive", "9007199254740991^integer", "9007199254740992^double", True, "promoted to double, exactly"),
    ("maxInclusive", "0.1^decimal", "0.1^float", True, "promoted to float, both are equal (B.1)"),
    ("minInclusive", "0.1^float", "0.1^decimal", True, "promoted to float, both are equal (B.1)"),
    ("maxInclusive", "0.1^float", "0.1^decimal", True, "promoted to float, both are equal (B.1)"),
    ("maxInclusive", "0.1^float", "0.1^double", False, "0.1 in single precision is more than in double precision"),
    ("minExclusive", "16777217^float", "16777216^float", False, "a float has 24 binary digits (XSD, 3.3.4)"),
    ("maxInclusive", "100^byte", "1e2^double", True, "a derived type is promoted like xsd:decimal"),
    ("maxInclusive", "NaN^double", "100^integer", False, "NaN is less than nothing (op:numeric-less-than)"),
    ("minInclusive", "NaN^double", "0^integer", False, "NaN is greater than nothing (op:numeric-greater-than)"),
    ("maxInclusive", "NaN^float", "INF^float", False, "NaN is less than nothing, not even INF"),
    ("minInclusive", "NaN^double", "NaN^double", False, "NaN does not equal itself (op:numeric-equal)"),
    ("maxExclusive", "5^integer", "INF^double", True, "INF is greater than every number"),
    ("minExclusive", "-INF^double", "-1e308^double", False, "-INF is less than every number"),
    ("minInclusive", "-INF^double", "-INF^double", True, "-INF equals itself (op:numeric-equal)"),
    ("minInclusive", "-0.0^double", "0.0^double", True, "-0 = 0 (op:numeric-equal)"),
    ("minExclusive", "0.0^double", "-0.0^double", False, "-0 = 0 (op:numeric-equal)"),
    ("minInclusive", "1e400^double", "1e308^double", True, "1e400 is INF (XSD, 3.3.5)"),
    ("maxInclusive", "1E3^decimal", "2000^integer", False, "ill-typed: not a number"),
    ("minInclusive", "five^integer", "0^integer", False, "ill-typed: not a number"),
    ("maxInclusive", "300^byte", "1000^integer", False, "ill-typed: not a number"),
    ("maxInclusive", "inf^double", "1000^integer", False, "ill-typed: not a number"),
    ("minInclusive", "5^string", "0^integer", False, "no operator for a string and a number"),
    ("minInclusive", "<urn:a>", "0^integer", False, "no operator for an IRI"),
    ("minInclusive", "true^boolean", "0^integer", False, "no operator for a boolean and a number"),
]

_TEXTS = [
    ("minInclusive", "true^boolean", "false^boolean", True, "false < true (op:boolean-less-than)"),
    ("maxInclusive", "1^boolean", "true^boolean", True, "1 is true (XSD, 3.3.2)"),
    ("maxExclusive", "true^boolean", "true^boolean", False, "op:boolean-less-than"),
    ("maxExclusive", "Z^string", "a^string", True, "by code points: Z is before a (fn:compare)"),
    ("maxExclusive", "10^string", "9^string", True, "strings are compared as strings"),
    ("minExclusive", "ä^string", "z^string", True, "by code points: ä is after z (fn:compare)"),
    ("maxExclusive", "\uffe6^string", "\U00010000^string", True, "by code points, not by UTF-16 units (fn:compare)"),
    ("maxInclusive", "a^string", "a^string", True, "equal"),
    ("maxInclusive", "a@en", "b^string", False, "no operator for a text with a language"),
]

_MOMENTS = [
    ("maxExclusive", "2026-11-24T10:15:00Z^dateTime", "2026-11-24T11:16:00+01:00^dateTime", True, "as moments in UTC"),
    ("minInclusive", "2026-11-24T10:15:00Z^dateTime", "2026-11-24T11:15:00+01:00^dateTime", True, "the same moment"),
    ("maxExclusive", "2026-11-23T24:00:00Z^dateTime", "2026-11-24T00:00:00Z^dateTime", False, "equal (XSD, 3.3.7.2)"),
    ("maxExclusive", "2026-11-24T10:15:00^dateTime", "2026-11-24T10:15:01^dateTime", True, "both without zone"),
    ("maxExclusive", "2026-11-24T10:15:00^dateTime", "2026-11-24T12:15:00Z^dateTime", False, "open (XSD, D.2.1)"),
    ("minExclusive", "2026-11-24T10:15:00^dateTime", "2026-11-24T12:15:00Z^dateTime", False, "open (XSD, D.2.1)"),
    ("maxInclusive", "2026-11-24T00:00:00^dateTime", "2026-11-24T14:00:00Z^dateTime", False, "just open (XSD, D.2.1)"),
    ("maxExclusive", "2026-11-24T00:00:00^dateTime", "2026-11-24T14:00:01Z^dateTime", True, "in any zone (XSD, D.2.1)"),
    ("minExclusive", "2026-11-24T14:00:01^dateTime", "2026-11-24T00:00:00Z^dateTime", True, "in any zone (XSD, D.2.1)"),
    ("maxExclusive", "-0044-03-15T00:00:00Z^dateTime", "0044-03-15T00:00:00Z^dateTime", True, "a year may be negative"),
    ("minExclusive", "12026-01-01T00:00:00Z^dateTime", "2026-01-01T00:00:00Z^dateTime", True, "not as texts"),
    (
        "maxExclusive", "2026-11-24T10:15:00.0000000000000000000000000000001Z^dateTime",
        "2026-11-24T10:15:00.0000000000000000000000000000002Z^dateTime", True, "seconds are exact (XSD, D.2.1)",
    ),
    ("maxInclusive", "2026-02-30T00:00:00Z^dateTime", "2030-01-01T00:00:00Z^dateTime", False, "ill-typed: no moment"),
    ("maxInclusive", "2026-11-24^date", "2026-11-25T00:00:00Z^dateTime", False, "a date is no moment"),
    ("maxExclusive", "2026-11-24^date", "2026-11-25^date", True, "dates by where they begin (XSD, E.3.4)"),
    ("maxExclusive", "2026-11-24Z^date", "2026-11-24-05:00^date", True, "a day begins later in the west"),
    ("maxExclusive", "2026-11-24^date", "2026-11-24-05:00^date", False, "open (XSD, D.2.1)"),
    ("maxExclusive", "10:15:00^time", "10:15:01^time", True, "times of one day (XSD, 3.3.8)"),
    ("minInclusive", "24:00:00^time", "23:00:00^time", False, "24:00:00 is 00:00:00 (XSD, 3.3.8.2)"),
    ("maxExclusive", "2025^gYear", "2026^gYear", True, "by where they begin (XSD, 3.3.11)"),
    ("maxExclusive", "--02^gMonth", "--03^gMonth", True, "by where they begin (XSD, 3.3.14)"),
    ("maxExclusive", "2026^gYear", "2026-11^gYearMonth", False, "different primitive datatypes are not compared"),
    ("maxExclusive", "PT36H^dayTimeDuration", "P2D^dayTimeDuration", True, "by seconds (XSD, 3.4.27)"),
    ("minInclusive", "PT24H^dayTimeDuration", "P1D^dayTimeDuration", True, "equal (XSD, 3.4.27)"),
    ("maxExclusive", "P11M^yearMonthDuration", "P1Y^yearMonthDuration", True, "by months (XSD, 3.4.26)"),
    ("maxExclusive", "P1M^duration", "P32D^duration", True, "no month has 32 days (XSD, 3.3.6.1)"),
    ("maxExclusive", "P1M^duration", "P30D^duration", False, "open: it depends on the month (XSD, 3.3.6.1)"),
    ("minExclusive", "P1M^duration", "P30D^duration", False, "open: it depends on the month (XSD, 3.3.6.1)"),
]  # fmt: skip

_PAIRS = [
    ("lessThan", "4^integer", "5.5^decimal", True, "4 < 5.5"),
    ("lessThan", "5^integer", "5.0^decimal", False, "5 < 5.0 is false"),
    ("lessThanOrEquals", "5^integer", "5.0E0^double", True, "5 <= 5.0E0"),
    ("lessThan", "NaN^double", "5^integer", False, "NaN is less than nothing"),
    ("lessThanOrEquals", "5^integer", "NaN^double", False, "nothing is less than NaN"),
    ("lessThan", "a^string", "5^integer", False, "no operator: a violation (SHACL, 4.5.3)"),
    ("lessThan", "<urn:a>", "<urn:b>", False, "no operator for IRIs: a violation (SHACL, 4.5.3)"),
    ("lessThan", "a^string", "b^string", True, "fn:compare"),
    ("lessThan", "a@en", "b@en", False, "no operator for texts with a language"),
    ("lessThan", "a^anyURI", "b^anyURI", False, "no operator, and no order (XSD, 3.3.17.3)"),
    ("lessThan", "0a^hexBinary", "0b^hexBinary", False, "no operator, and no order (XSD, 3.3.15.3)"),
    ("lessThan", "2026-11-24T10:00:00Z^dateTime", "2026-11-24T10:30:00+00:00^dateTime", True, "op:dateTime-less-than"),
    ("lessThanOrEquals", "2026-11-24T10:00:00^dateTime", "2026-11-24T10:00:00Z^dateTime", False, "open (XSD, D.2.1)"),
    ("lessThan", "2026-11-24^date", "2026-11-25^date", True, "dates by where they begin (XSD, E.3.4)"),
    ("equals", "1^integer", "1^integer", True, "the same term (SHACL, 4.5.1)"),
    ("equals", "1^integer", "01^integer", False, "other terms of one value (RDF 1.1 Concepts, 3.3)"),
    ("equals", "1^integer", "1.0^decimal", False, "other terms of one value (RDF 1.1 Concepts, 3.3)"),
    ("equals", "1^boolean", "true^boolean", False, "other terms of one value (RDF 1.1 Concepts, 3.3)"),
    ("equals", "a^string", "a@en", False, "other terms (RDF 1.1 Concepts, 3.3)"),
    ("equals", "NaN^double", "NaN^double", True, "the same term, though no equal values (SHACL, 4.5.1)"),
    ("disjoint", "1^integer", "01^integer", True, "other terms of one value (SHACL, 4.5.2)"),
    ("disjoint", "1^integer", "1^integer", False, "the same term (SHACL, 4.5.2)"),
    ("disjoint", "a^string", "a@en", True, "other terms (RDF 1.1 Concepts, 3.3)"),
]

CASES: list[Case] = [
    *(compared(*row) for row in (*_NUMBERS, *_TEXTS, *_MOMENTS)),
    *(pair(*row) for row in _PAIRS),
]
