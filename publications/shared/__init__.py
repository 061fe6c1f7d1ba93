"""Drawing and measures that the figures of several publications share."""
