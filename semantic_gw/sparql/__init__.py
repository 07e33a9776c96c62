"""Questions in SPARQL, bounded: who may ask what, how much it may cost, and what other sources it may join."""
