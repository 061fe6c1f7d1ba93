"""What the figures of publications are given: networks, tables, and runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from multiarea.analysis.distributions import activity_samples
from multiarea.data.single_units import ExperimentalUnits
from multiarea.figures.kinds.drawing import Context
from multiarea.parameters import AnalysisParameters, scale_words


@dataclass(frozen=True)
class Run:
    """One simulation: of the user, or one at full scale that comes as a summary.

    A summary has in place of spikes those of a few neurons, and what is computed of the others:
    `single_units` and `first_differences`.
    """

    facts: Mapping[str, Any]
    """See `publications.runs.PaperRuns.facts`: name, role, variant, chi, N_scaling and others."""
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
    def is_summary(self) -> bool:
        """Whether only the summary of the run is there."""
        return bool(self.facts["is_summary"])

    def activity_samples(self, units: ExperimentalUnits) -> dict[str, np.ndarray]:
        """Return what is compared with recorded `units`; see `analysis.distributions`."""
        if self.is_summary:
            return dict(self.results["single_units"])
        start = self.parameters.individualFiringRate.t_start
        return activity_samples(self.results["spikes"], units, start)

    @property
    def scale(self) -> str:
        """Scale and length as text."""
        size = scale_words(self.facts["N_scaling"], self.facts["K_scaling"])
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
        return max(self.both(role), key=lambda run: run.size, default=None)

    def both(self, role: str) -> list[Run]:
        """Return the runs of a state: the one at full scale, and the largest of the user."""
        return [run for run in self.runs if run.facts["role"] == role]
