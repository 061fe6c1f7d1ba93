"""The three dictionaries of an experiment: validated one by one, then against each other."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from multiarea.experiment.checks import problems_of, table_for_pickle, unused_with_spikes_from
from multiarea.experiment.lookup import Lookup, section_kinds
from multiarea.experiment.validation import right_part, words_of
from multiarea.files.project import exists, relative
from multiarea.parameters import (
    TRANSIENT,
    AnalysisParameters,
    NetworkParameters,
    SimulationParameters,
)

SHORT = 600.0
"""Simulated time below which a note tells how little the default windows hold [ms]."""
Sections = tuple[NetworkParameters, SimulationParameters, AnalysisParameters]


@dataclass
class Checked:
    """What is right in the sections of an experiment, and what is wrong.

    Attributes
    ----------
    sections : tuple
        The validated sections; what is wrong in them has its default.
    raw : dict
        The sections as plain data, without what is wrong.
    problems : list of str
        In the words `section.key: problem`.
    wrong : set of str
        The keys that are wrong, and those that may have been meant.
    """

    sections: Sections
    raw: dict[str, Any]
    problems: list[str]
    wrong: set[str] = field(default_factory=set)

    def is_news(self, problem: str) -> bool:
        """Return whether a problem is neither among these nor a consequence of one."""
        return problem not in self.problems and self.wrong.isdisjoint(words_of(problem))


def check_sections(shown: str, module: ModuleType, raw: dict[str, Any]) -> Checked:
    """Return what is right in the three dictionaries `raw`, and all that is wrong.

    Parameters
    ----------
    shown : str
        What notes call the file.
    module : module
        The model.
    raw : dict
        {section: plain data}.
    """
    blocks: list[Any] = []
    found = Checked((), {}, [])  # type: ignore[arg-type]
    lookup = Lookup(module)
    for section, kind in section_kinds(module).items():
        content = raw[section]
        if section == "ana_params" and isinstance(content, dict):
            content = _with_windows(shown, content, blocks[1])
        part = right_part(kind, content, lookup)
        found.problems += [f"{section}{line}" for line in part.problems]
        found.raw[section] = part.content if part.problems else raw[section]
        found.wrong |= part.wrong
        blocks.append(part.block)
    network, simulation, analysis = blocks
    network = _without_pickle(shown, network)
    if network.fullscale_rates is not None:
        found.raw["net_params"]["fullscale_rates"] = network.fullscale_rates
    found.sections = (network, simulation, analysis)
    between = problems_of(module, *found.sections)
    found.problems += [line for line in between if found.is_news(line)]
    if not found.problems and (note := unused_with_spikes_from(simulation)):
        warnings.warn(f"{shown}: sim_params: {note}", stacklevel=2)
    return found


def _with_windows(
    shown: str, content: dict[str, Any], simulation: SimulationParameters
) -> dict[str, Any]:
    """Let windows that `ana_params` does not set begin where the recorded time allows it."""
    start = simulation.window_start(TRANSIENT)
    filled = content if start == TRANSIENT else AnalysisParameters.with_starts(content, start)
    file, dot_py, _ = shown.rpartition(".py")
    t_sim = simulation.t_sim
    if (
        start == TRANSIENT < t_sim < SHORT
        and AnalysisParameters.with_starts(content, start) != content
    ):
        warnings.warn(
            f"{file}{dot_py}: the analysis has only the last {t_sim - start:g} of {t_sim:g} ms: "
            f"windows that ana_params does not set begin at {start:g} ms",
            stacklevel=2,
        )
    if filled != content:
        why = "t_sim" if simulation.t_sim <= TRANSIENT else "rec_start"
        warnings.warn(
            f"{file}{dot_py}: windows that ana_params does not set begin at {start:g} ms instead "
            f"of {TRANSIENT:g} ms, because sim_params.{why} is {getattr(simulation, why):g} ms",
            stacklevel=2,
        )
    return filled


def _without_pickle(shown: str, network: NetworkParameters) -> NetworkParameters:
    """Replace a pickle of rates by the table of the same name beside it, if there is one."""
    table = table_for_pickle(network.fullscale_rates)
    if table is None or not exists(table, "file"):
        return network
    warnings.warn(
        f"{shown}: net_params.fullscale_rates: reading '{relative(table)}' in place of the pickle",
        stacklevel=2,
    )
    return network.model_copy(update={"fullscale_rates": str(table)})
