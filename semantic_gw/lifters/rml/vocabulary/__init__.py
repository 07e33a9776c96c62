"""Vocabularies that mappings are written in, each read into the model."""
