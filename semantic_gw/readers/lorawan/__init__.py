"""Uplinks of LoRaWAN network servers: what the radio tells, and what a payload formatter made of the frame."""

from semantic_gw.readers.lorawan.reader import LorawanReader

__all__ = ["LorawanReader"]
