"""From a user's files to checked experiments with hashes."""
