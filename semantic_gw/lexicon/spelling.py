"""How names, values and units are spelled alike before they are looked up."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from semantic_gw.model import Json

_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_GAP: Final = re.compile(r"[\W_]+")
_LOOKALIKES: Final = str.maketrans(
    {
        "º": "°",  # the ordinal indicator, typed for the degree sign
        "˚": "°",  # the ring above, likewise
        "⋅": ".",
        "·": ".",
        "∙": ".",
        "×": ".",
        "−": "-",
        "⁄": "/",
    }
)


def snake_case(name: str) -> str:
    """*name* as the lexicon spells names: lower case, words joined by one underscore.

    >>> snake_case("samplingPeriod"), snake_case("NTC status"), snake_case("PM2.5")
    ('sampling_period', 'ntc_status', 'pm2_5')
    """
    words = _HUMP.sub("_", unicodedata.normalize("NFKC", name))
    return _GAP.sub("_", words).strip("_").lower()


def unit_spelling(text: str) -> str:
    """*text* with compatibility characters, look-alikes and white space made uniform; case stays as it is.

    >>> unit_spelling(" ℃ "), unit_spelling("µg/m³"), unit_spelling("kW·h")
    ('°C', 'μg/m3', 'kW.h')
    """
    # Look-alikes first: NFKC would make a plain o of the ordinal indicator.
    uniform = unicodedata.normalize("NFKC", text.translate(_LOOKALIKES))
    return " ".join(uniform.translate(_LOOKALIKES).replace("^", "").split())


def value_text(value: Json) -> str:
    """The canonical text of a value: a string as it is, a truth value or a number as JSON has it.

    >>> value_text("ON"), value_text(True), value_text(1)
    ('ON', 'true', '1')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)


def value_key(text: str) -> str:
    """The text of a value as the tables spell values: case, spaces, hyphens and underscores make no difference.

    >>> value_key("Fully-Open"), value_key("TRUE")
    ('fully_open', 'true')
    """
    return _GAP.sub("_", unicodedata.normalize("NFKC", text).strip()).strip("_").lower()
