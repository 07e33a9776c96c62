"""Kinds that are no measurement are kinds of the vocabulary."""

from __future__ import annotations

from semantic_gw.lexicon import Lexicon
from semantic_gw.pipeline.measured import SETTINGS, TRANSPORT


def test_all_settings_are_kinds_of_the_vocabulary() -> None:
    kinds = Lexicon.load().vocabulary.kinds

    assert {kind for kind in SETTINGS | TRANSPORT if kind not in kinds} == set()


def test_no_kind_is_both_a_setting_and_of_the_transport() -> None:
    assert not SETTINGS & TRANSPORT
