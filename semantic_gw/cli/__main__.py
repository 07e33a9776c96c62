"""`python -m semantic_gw.cli` is `semantic-gw`."""

from semantic_gw.cli.main import main

main()
