"""Runs side by side: what differs in their parameters, and in their results."""
