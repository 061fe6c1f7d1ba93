"""What is wrong with simulation modes, stimuli and recordings, before anything runs.

No NumPy here: experiment files are checked while the Snakefile is parsed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from types import ModuleType

from multiarea.errors import did_you_mean, one_line
from multiarea.parameters import (
    PLOT_ONLY,
    AnalysisParameters,
    Block,
    NetworkParameters,
    SimulationParameters,
    is_multiple,
)

CHOICES = "'hom_poisson_stat', 'het_poisson_stat', 'het_current_nonstat' or 'nothing'"


def mode_problems(
    module: ModuleType,
    network: NetworkParameters,
    simulation: SimulationParameters,
    analysis: AnalysisParameters,
) -> Iterator[str]:
    """Yield the problems of modes, stimuli and recordings, between the sections too."""
    areas = network.areas_simulated
    yield from _unknown_areas("net_params.areas_simulated", areas, module.AREAS)
    yield from _replacement_problems(network, set(module.AREAS) - set(areas) if areas else set())
    yield from _stimulus_problems(module, network, simulation)
    yield from _pulse_problems(network, simulation)
    key, recorded = "sim_params.areas_recorded", simulation.areas_recorded
    yield from _unknown_areas(key, recorded, module.AREAS)
    if areas:
        yield from _not_simulated(key, recorded, areas)
        spikes = [row[0] for row in getattr(network, "single_spike", ())]
        yield from _not_simulated("net_params.single_spike", spikes, areas)
        stimulated = [row[0] for row in network.dc_stimulus]
        yield from _not_simulated("net_params.dc_stimulus", stimulated, areas)
    yield from _unrecorded_windows(analysis, simulation.rec_start)


def _replacement_problems(network: NetworkParameters, left_out: set[str]) -> Iterator[str]:
    mode, source = network.replace_non_simulated_areas, network.replace_cc_input_source
    if left_out and mode is None:
        yield (
            "net_params.replace_non_simulated_areas: expected what stands for the projections from "
            f"the {len(left_out)} areas that areas_simulated leaves out: {CHOICES}"
        )
    if mode is not None and not left_out:
        yield (
            f"net_params.replace_non_simulated_areas: '{mode}' has no effect: areas_simulated "
            "leaves no area out"
        )
    if source is not None and not network.needs_source_rates:
        yield (
            "net_params.replace_cc_input_source: has no effect: neither replace_cc nor "
            "replace_non_simulated_areas is 'het_poisson_stat' or 'het_current_nonstat'"
        )
    if network.needs_source_rates and source is None and not network.has_theory:
        yield (
            "net_params.replace_cc_input_source: expected a table of rates: the mean-field theory "
            "covers iaf_psc_exp neurons only"
        )


def _stimulus_problems(
    module: ModuleType, network: NetworkParameters, simulation: SimulationParameters
) -> Iterator[str]:
    for *target, _, start, stop in network.dc_stimulus:
        key = f"net_params.dc_stimulus: {one_line(tuple(target), 120)}"
        for value, level in zip(target, ("AREAS", "LAYERS", "POPULATIONS"), strict=True):
            valid = getattr(module, level)
            if value not in valid:
                yield f"{key}: unknown {level[:-1].lower()} '{one_line(value, 60)}'." + (
                    did_you_mean(value, valid)
                )
        for name, time in (("start", start), ("stop", stop)):
            if time and not is_multiple(time, simulation.sim_resolution):
                yield (
                    f"{key}: {name} = {time} ms must be a multiple of sim_params.sim_resolution = "
                    f"{simulation.sim_resolution} ms"
                )
        if start >= simulation.t_sim:
            yield f"{key}: start = {start} ms lies beyond sim_params.t_sim = {simulation.t_sim} ms"


def _pulse_problems(network: NetworkParameters, simulation: SimulationParameters) -> Iterator[str]:
    thalamus = getattr(network, "thalamic_input", None)
    for time in (*thalamus.times, thalamus.duration) if thalamus else ():
        if not is_multiple(time, simulation.sim_resolution):
            yield (
                f"net_params.thalamic_input: {time} ms must be a multiple of "
                f"sim_params.sim_resolution = {simulation.sim_resolution} ms"
            )
        if time >= simulation.t_sim:
            yield (
                f"net_params.thalamic_input: {time} ms lies beyond sim_params.t_sim = "
                f"{simulation.t_sim} ms"
            )


def _unknown_areas(key: str, names: Sequence[str], valid: Sequence[str]) -> Iterator[str]:
    for name in names:
        if name not in valid:
            yield f"{key}: unknown area '{one_line(name, 60)}'.{did_you_mean(name, valid)}"


def _not_simulated(key: str, names: Iterable[str], simulated: Sequence[str]) -> Iterator[str]:
    for name in dict.fromkeys(names):
        if name not in simulated:
            yield f"{key}: '{one_line(name, 60)}' is not one of net_params.areas_simulated"


def _unrecorded_windows(analysis: AnalysisParameters, rec_start: float) -> Iterator[str]:
    """Yield the windows of measures that begin before spikes are recorded."""
    for name, block in analysis:
        if name in PLOT_ONLY or not isinstance(block, Block):
            continue
        for key in ("t_start", "tmin"):
            time = getattr(block, key, None)
            if time is not None and time < rec_start:
                yield (
                    f"ana_params.{name}.{key} = {time:g} ms lies before sim_params.rec_start = "
                    f"{rec_start:g} ms: no spikes are recorded there"
                )
