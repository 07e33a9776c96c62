"""How a query tells a store how long it may take: every store has its own parameter for it."""

from __future__ import annotations

import math
from typing import Final

from semantic_gw.errors import ConfigurationError

_GRACE_S: Final = 1.0
"""How much later than the gateway the store itself gives up, in seconds: what it says then nobody reads."""


def timeout_parameter(template: str, time_s: float) -> list[tuple[str, str]]:
    """The parameter of a query that may take *time_s* seconds. Raises ConfigurationError.

    >>> timeout_parameter("timeout={seconds}", 4.5), timeout_parameter("timeout={milliseconds}", 5)
    ([('timeout', '6')], [('timeout', '6000')])
    """
    if not template:
        return []
    name, sign, value = template.partition("=")
    try:
        seconds = math.ceil(time_s + _GRACE_S)
        given = value.format(seconds=seconds, milliseconds=1000 * seconds)
    except (KeyError, IndexError, ValueError) as error:
        raise _wrong(template) from error
    if not name or not sign:
        raise _wrong(template)
    return [(name, given)]


def _wrong(template: str) -> ConfigurationError:
    return ConfigurationError(f"store.remote.timeout_parameter {template!r}: give one such as timeout={{seconds}}")
