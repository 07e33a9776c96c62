"""Standing queries: graph patterns that are asked of every message, and the ways their matches take."""
