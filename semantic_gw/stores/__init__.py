"""Graph stores: Oxigraph in processes of its own, and any store that speaks SPARQL 1.1."""
