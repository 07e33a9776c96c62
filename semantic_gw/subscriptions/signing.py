"""The headers by which the receiver of a webhook knows who sent it (Standard Webhooks 1.0)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import datetime
from typing import Final

_PREFIX: Final = "whsec_"


def key_of(secret: str) -> bytes:
    """The key that *secret* stands for: Base64 behind `whsec_`, else its own bytes.

    >>> key_of("whsec_aGVsbG8="), key_of("hello")
    (b'hello', b'hello')
    """
    if secret.startswith(_PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
        except (binascii.Error, ValueError):
            pass
    return secret.encode()


def signed(secret: str, id_: str, at: datetime, body: bytes) -> tuple[tuple[str, str], ...]:
    """The headers of a delivery of *body*: its id, when it is sent (seconds since 1970), and HMAC-SHA256 over all."""
    seconds = str(int(at.timestamp()))
    digest = hmac.new(key_of(secret), f"{id_}.{seconds}.".encode() + body, hashlib.sha256).digest()
    signature = "v1," + base64.b64encode(digest).decode()
    return (("webhook-id", id_), ("webhook-timestamp", seconds), ("webhook-signature", signature))
