"""One stage of the pipeline per file, and the same work done the published way."""
