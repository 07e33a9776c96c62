"""Shape sets and policies: compiled together, kept in versions, swapped between two payloads, followed by everybody."""
