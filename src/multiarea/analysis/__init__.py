"""Measures: pure functions from spikes, network and data to tables and arrays.

One file per family. A file registers its measures by declaring a literal ``MEASURES``; see
`multiarea.analysis.registry`.
"""

from multiarea.analysis.registry import Measure, all_uses, compute, measures

__all__ = ["Measure", "all_uses", "compute", "measures"]
