"""Forms as browsers and weather stations send them: `application/x-www-form-urlencoded` (URL Standard, 5.1)."""

from __future__ import annotations

from urllib.parse import parse_qsl

from semantic_gw.errors import DecodingError
from semantic_gw.model import Json

MAX_FIELDS = 1_000
"""Most fields of one form."""


class FormCodec:
    """Reads a form as an object of texts; a name that comes twice is a list, an empty value an empty text."""

    media_types: tuple[str, ...] = ("application/x-www-form-urlencoded",)

    def decode(self, body: bytes) -> Json:
        """The fields of *body*. Raises DecodingError for what is no UTF-8, and for more fields than the bound.

        >>> FormCodec().decode(b"tempf=70.3&dateutc=2026-11-24+10%3A15%3A00")
        {'tempf': '70.3', 'dateutc': '2026-11-24 10:15:00'}
        """
        try:
            text = body.decode().strip()
            pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
        except UnicodeDecodeError as error:
            raise DecodingError(f"no form: no UTF-8 at byte {error.start}") from None
        except ValueError:
            raise DecodingError(f"a form of more than {MAX_FIELDS} fields") from None
        found: dict[str, Json] = {}
        for name, value in pairs:
            found[name] = value if name not in found else [*_listed(found[name]), value]
        return found


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]
