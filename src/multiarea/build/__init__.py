"""From parameters to a Network."""
