"""Experiments in forms that other people and other programs read: RO-Crate, NWB."""

from multiarea.export.crate import export_crate
from multiarea.export.nwb import export_spikes

__all__ = ["export_crate", "export_spikes"]
