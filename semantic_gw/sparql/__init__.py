"""Asking a graph store what anybody may ask: bounded, in turn, with the services of others. No HTTP in it.

`service.SparqlService` is the way in.
"""
