"""Files: complete or absent, with a record of where they come from."""
