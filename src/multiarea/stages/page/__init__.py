"""What the page on an experiment shows, as plain data for its template and its script."""
