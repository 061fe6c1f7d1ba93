"""Spikes: written, stored, cut into windows, counted."""
