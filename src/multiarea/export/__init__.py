"""Experiments in forms that other people and other programs read: RO-Crate, NWB."""
