"""History: observations of chosen kinds or Things, kept for a time.

| module | what it is |
|---|---|
| `points` | an observation as it is kept, and back |
| `tables`, `database`, `store` | where: SQLite, or PostgreSQL |
| `rules`, `feed`, `retention` | what comes in from the bus, and what goes when its time is over |
| `moments`, `buckets`, `aggregation`, `asking` | what is asked for, and its answer |
| `service` | the same in SPARQL: `SERVICE sgw:history` |
| `archive` | a Parquet file a day |
"""
