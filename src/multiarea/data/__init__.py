"""Loaders of the tables in ``experimental_data`` and ``simulated_data``, one module per source.

Each takes the path of a file or folder, checks it strictly and returns a tidy table; a mistake
raises one `multiarea.errors.InputError` that names the file, the place and what was expected.
Nothing here is ever unpickled.
"""
