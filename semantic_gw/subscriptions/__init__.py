"""Standing queries: asked once, answered by every message that fits, for as long as they are registered."""
