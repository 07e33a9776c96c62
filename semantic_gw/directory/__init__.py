"""The Thing Description Directory, and the Things the pipeline knows from it. No HTTP in it."""
