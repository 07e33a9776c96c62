"""The hash of shapes and of what stands behind every graph: two that have it in common judge alike."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from semantic_gw.model import Triple


def content_hash(sources: Iterable[bytes], background: Iterable[Triple]) -> str:
    """16 hexadecimal digits; neither the order nor the names of the sources count.

    >>> content_hash([b"a", b"b"], ()) == content_hash([b"b", b"a"], ())
    True
    """
    digest = hashlib.blake2b(digest_size=8, key=b"shapes")
    for one in sorted(hashlib.blake2b(source, digest_size=16).digest() for source in sources):
        digest.update(one)
    for text in sorted(map(repr, background)):
        digest.update(text.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
