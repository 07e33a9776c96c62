"""Graph stores: named graphs that are replaced whole and answer SPARQL 1.1 (`contracts.GraphStore`).

`opening.open_store` makes the one that the settings name. Nothing is imported here: the processes of the embedded
store hold little else.
"""
