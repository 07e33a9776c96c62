"""The graph view: descriptions, latest values and vocabulary as named graphs of a store, kept current from the bus."""
