"""HTTP only: health, metrics, messages, the JSON-LD context, and problems for everything that goes wrong."""

from semantic_gw.api.service import Service, create_api

__all__ = ["Service", "create_api"]
