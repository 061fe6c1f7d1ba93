"""What the figures of publications are given: networks, tables, and the user's runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from multiarea.figures.kinds.drawing import Context
from multiarea.parameters import AnalysisParameters


@dataclass(frozen=True)
class Run:
    """One simulation of the user."""

    facts: Mapping[str, Any]
    """See `publications.workflow.PaperFigures`: name, role, variant, chi, N_scaling and others."""
    results: Mapping[str, Any]
    """By name: network, theory, spikes or a measure."""
    parameters: AnalysisParameters
    context: Context

    @property
    def name(self) -> str:
        """Name of the experiment."""
        return str(self.facts["name"])

    @property
    def chi(self) -> float:
        """Factor on E to E weights between areas."""
        return float(self.facts["chi"])

    @property
    def size(self) -> tuple[float, float]:
        """Share of the full-scale synapses, and length [ms]: what makes one run larger."""
        return self.facts["N_scaling"] * self.facts["K_scaling"], self.facts["t_sim"]

    @property
    def scale(self) -> str:
        """Scale and length as text."""
        n, k = self.facts["N_scaling"], self.facts["K_scaling"]
        size = "full scale" if n == k == 1 else f"N × {n:g}, K × {k:g}"
        return f"{size}, {self.facts['t_sim'] / 1000:g} s"


@dataclass(frozen=True)
class Paper:
    """Everything that one figure is drawn from: what it needs, by name, and runs."""

    inputs: Mapping[str, Any]
    runs: tuple[Run, ...] = ()

    def __getitem__(self, name: str) -> Any:
        """Return an input by name."""
        return self.inputs[name]

    def run(self, role: str) -> Run | None:
        """Return the largest run of a state: a reference of the publication."""
        fitting = [run for run in self.runs if run.facts["role"] == role]
        return max(fitting, key=lambda run: run.size, default=None)
