"""Regular expressions of XPath (functions 3.1, 5.6): read into nodes, written for Python's `re`, or run as automata."""
