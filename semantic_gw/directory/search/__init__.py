"""Searching all Things: JSONPath and XPath over their JSON. No HTTP in it (SPARQL: `semantic_gw.sparql`).

`search.Search` is the way in. Nothing is imported here: the owner (`owner`) is a process that holds little else.
"""
