"""What the rules of the Snakefile do: files in, files and their record out."""
