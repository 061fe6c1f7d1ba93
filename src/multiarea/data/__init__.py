"""Loaders of the tables in ``experimental_data`` and ``simulated_data``.

One module per source. Each function takes the path of a file (or folder), checks it strictly and
returns a tidy pandas table; a mistake in a file raises `multiarea.errors.InputError` with one
message that names the file, the place and what was expected. Nothing here is ever unpickled.
"""
