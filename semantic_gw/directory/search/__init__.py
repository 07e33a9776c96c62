"""Searching all Things: JSONPath and XPath over their JSON, SPARQL over their graphs. No HTTP in it.

`search.Search` is the way in. Nothing is imported here: the owner (`owner`) is a process that holds little else.
"""
