"""What was observed: values of chosen kinds and Things, kept for a time, by range and by aggregate."""
