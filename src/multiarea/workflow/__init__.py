"""What depends on what: the input functions of the Snakefile."""
