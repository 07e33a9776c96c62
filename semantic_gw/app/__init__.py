"""The composition root: settings become parts, parts become one gateway. Nothing else joins parts."""
