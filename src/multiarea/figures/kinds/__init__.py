"""Drawing that figures share."""
