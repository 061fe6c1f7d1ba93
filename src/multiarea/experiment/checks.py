"""Checks of an experiment beyond single values: between its sections, and against model and disk.

No NumPy here: experiment files are checked while the Snakefile is parsed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from multiarea.errors import InputError, did_you_mean, one_line
from multiarea.experiment.nest_models import problems_of_neurons
from multiarea.experiment.old_names import LAYERS as OLD_LAYERS
from multiarea.experiment.validation import shown
from multiarea.files.project import exists, nearest_file, relative, resolve
from multiarea.files.series import npy_rate_files
from multiarea.models import areas_of, get_model, model_names
from multiarea.parameters import (
    ALL,
    IMPORTED,
    AnalysisParameters,
    NetworkParameters,
    Populations,
    SimulationParameters,
    is_multiple,
    is_path,
)

ValidNames = Mapping[str, Sequence[str]]
"""AREAS, LAYERS and POPULATIONS -> the names that they may have."""
CHOICES = "'hom_poisson_stat', 'het_poisson_stat', 'het_current_nonstat' or 'nothing'"


def problems_of(
    module: ModuleType,
    network: NetworkParameters,
    simulation: SimulationParameters,
    analysis: AnalysisParameters,
) -> Iterator[str]:
    """Yield the problems of the validated sections `network`, `simulation` and `analysis`.

    These are contradictions between them, names that the model `module` does not have, and files
    that do not exist.
    """
    missing = list(_missing_files(network, simulation))
    try:
        valid = _valid_names(module, network)
    except InputError as error:  # without the names of areas nothing else can be checked
        yield from missing or str(error).splitlines()
        return
    lesions = network.lesions
    area_lists = {
        "net_params.lesions.areas": lesions.areas if lesions else (),
        "net_params.areas_simulated": network.areas_simulated,
        "sim_params.areas_recorded": simulation.areas_recorded,
        "ana_params.plotRasterArea.areas": analysis.plotRasterArea.areas,
        "ana_params.plotBrainMaps.fc_area": filter(None, [analysis.plotBrainMaps.fc_area]),
    }
    for key, names in area_lists.items():
        yield from _unknown_names(key, "AREAS", names, valid)
    for key, wanted in _patterns(network):
        for level in ("AREAS", "LAYERS", "POPULATIONS"):
            names = [name for name in getattr(wanted, level.lower()) if name != ALL]
            yield from _unknown_names(f"{key}.{level.lower()}", level, names, valid)
    yield from _stimulus_problems(valid, network, simulation)
    yield from _replacement_problems(network, valid["AREAS"])
    if network.areas_simulated:
        names = "is not one of net_params.areas_simulated"
        yield from _inactive_areas(network, simulation, set(network.areas_simulated), names)
    if lesions and lesions.areas:
        alive = set(valid["AREAS"]) - set(lesions.areas)
        yield from _inactive_areas(network, None, alive, "is silenced by net_params.lesions.areas")
    yield from _window_problems(analysis, simulation)
    yield from dict.fromkeys(problems_of_neurons(network))  # E and I may have the same one
    if not network.has_theory:
        yield from _problems_without_lif(network, simulation)
    yield from missing


def _problems_without_lif(
    network: NetworkParameters, simulation: SimulationParameters
) -> Iterator[str]:
    """Yield what does not work without iaf_psc_exp neurons that are alike in each population."""
    if network.needs_rates and network.fullscale_rates is None:
        yield (
            "net_params.fullscale_rates: expected a table of rates: scaling_type 'sqrt' needs the "
            "rates at full scale, and the mean-field theory covers iaf_psc_exp neurons only"
        )
    if simulation.simulator == "procedural" and simulation.spikes_from is None:
        yield (
            "sim_params.simulator: expected 'nest': 'procedural' has iaf_psc_exp neurons only, "
            "which are alike in each population"
        )


def _valid_names(module: ModuleType, network: NetworkParameters) -> ValidNames:
    """Return the names of areas, layers and populations of the model `module`."""
    areas = areas_of(module, network)
    return {"AREAS": areas, "LAYERS": module.LAYERS, "POPULATIONS": module.POPULATIONS}


def _unknown_names(key: str, level: str, names: Iterable[str], known: ValidNames) -> Iterator[str]:
    valid = known[level]
    few = f"; expected one of {list(valid)}" if len(valid) <= 8 else ""
    for name in names:
        if name not in valid:
            kind = level[:-1].lower()
            nearest = _published(level, name) or did_you_mean(name, valid)
            nearest = nearest or _others_with(level, name, kind)
            every = "" if few or nearest else f" Valid names: {', '.join(valid)}"
            yield f"{key}: unknown {kind} '{one_line(name, 60)}'{few}.{nearest}{every}"


def _published(level: str, name: str) -> str:
    """Return what the macaque code's layers and populations, such as `23E`, are here, or ''."""
    if level == "LAYERS" and name in OLD_LAYERS:
        return f" Write '{OLD_LAYERS[name]}'."
    if level == "POPULATIONS" and name[-1:] in ("E", "I") and name[:-1] in OLD_LAYERS:
        return f" Write '{name[-1]}', and the layer '{OLD_LAYERS[name[:-1]]}'."
    return ""


def _others_with(level: str, name: str, kind: str) -> str:
    models = [model for model in model_names() if name in getattr(get_model(model), level)]
    return f" The model '{models[0]}' has {kind} '{name}'." if models else ""


def _patterns(network: NetworkParameters) -> Iterator[tuple[str, Populations]]:
    """Yield the key of each choice of populations, and the choice."""
    for number, one in enumerate(network.lesions.projections if network.lesions else ()):
        for end in ("source", "target"):
            yield f"net_params.lesions.projections[{number}].{end}", getattr(one, end)
    for name in ("stimulation", "neuron_types"):
        for number, one in enumerate(getattr(network, name)):
            yield f"net_params.{name}[{number}]", one


def _stimulus_problems(
    valid: ValidNames, network: NetworkParameters, simulation: SimulationParameters
) -> Iterator[str]:
    step, t_sim = simulation.sim_resolution, simulation.t_sim
    for key, target, times in _stimuli(network):
        for name, level in zip(target, ("AREAS", "LAYERS", "POPULATIONS"), strict=False):
            yield from _unknown_names(key, level, [name], valid)
        for what, time in times:
            if not is_multiple(time, step):
                yield (
                    f"{key}: {what}{time} ms must be a multiple of sim_params.sim_resolution = "
                    f"{step} ms"
                )
            if time >= t_sim and what != "stop = ":
                yield f"{key}: {what}{time} ms lies beyond sim_params.t_sim = {t_sim} ms"


def _stimuli(
    network: NetworkParameters,
) -> Iterator[tuple[str, list[str], list[tuple[str, float]]]]:
    """Yield the key, the target and the times [ms] of each stimulus, as messages name them."""
    for *target, time in getattr(network, "single_spike", ()):
        yield _stimulus_key("single_spike", target), target, [("time ", time)]
    for *target, _, start, stop in network.dc_stimulus:
        times = [(what, time) for what, time in (("start = ", start), ("stop = ", stop)) if time]
        yield _stimulus_key("dc_stimulus", target), target, times
    for number, one in enumerate(network.stimulation):
        times = [("start = ", start) for start, _ in one.times if start]
        times += [("stop = ", stop) for _, stop in one.times]
        yield f"net_params.stimulation[{number}].times", [], times
    thalamus = getattr(network, "thalamic_input", None)
    if thalamus is not None:
        times = [("", time) for time in (*thalamus.times, thalamus.duration)]
        yield "net_params.thalamic_input", [], times


def _stimulus_key(name: str, target: list[str]) -> str:
    return f"net_params.{name}: {one_line(tuple(target), 120)}"


def _replacement_problems(network: NetworkParameters, areas: Iterable[str]) -> Iterator[str]:
    mode, source = network.replace_non_simulated_areas, network.replace_cc_input_source
    left_out = set(areas) - set(network.areas_simulated or areas)
    if left_out and mode is None:
        yield (
            "net_params.replace_non_simulated_areas: expected what replaces the projections from "
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


def _inactive_areas(
    network: NetworkParameters, simulation: SimulationParameters | None, active: set[str], why: str
) -> Iterator[str]:
    """Yield the areas that are stimulated, or with a `simulation` recorded, but not `active`."""
    used = {"sim_params.areas_recorded": simulation.areas_recorded} if simulation else {}
    for name in ("single_spike", "dc_stimulus"):
        used[f"net_params.{name}"] = [row[0] for row in getattr(network, name, ())]
    for number, one in enumerate(network.stimulation):
        used[f"net_params.stimulation[{number}].areas"] = [a for a in one.areas if a != ALL]
    for key, areas in used.items():
        for area in dict.fromkeys(areas):
            if area not in active:
                yield f"{key}: '{one_line(area, 60)}' {why}"


def _window_problems(
    analysis: AnalysisParameters, simulation: SimulationParameters
) -> Iterator[str]:
    """Yield the windows of measures that hold times without recorded spikes."""
    t_sim, rec_start = simulation.t_sim, simulation.rec_start
    for name, key, time in analysis.late_windows(t_sim):
        yield (
            f"ana_params.{name}.{key} = {time:g} ms lies beyond the end of the simulation, "
            f"sim_params.t_sim = {t_sim:g} ms"
        )
    for name, key, time in analysis.window_starts():
        if time < rec_start:
            yield (
                f"ana_params.{name}.{key} = {time:g} ms lies before sim_params.rec_start = "
                f"{rec_start:g} ms: no spikes are recorded there"
            )


SERIES = "net_params.replace_cc_input_source"
"""Key of the path that may stand for several files."""


def unused_with_spikes_from(simulation: SimulationParameters) -> str:
    """Return which parameters of `simulation` are set and have no effect on spikes of a file.

    In words; '' if there are none.
    """
    if simulation.spikes_from is None:
        return ""
    fields, common = type(simulation).model_fields, {*IMPORTED, "sim_resolution"}
    given = (key for key in fields if key in simulation.model_fields_set and key not in common)
    unused = [key for key in given if getattr(simulation, key) != fields[key].default]
    lacking = ": a file of spikes has no membrane potentials" if "rec_dev" in unused else ""
    return f"no effect with spikes_from: {', '.join(unused)}{lacking}" if unused else ""


def _missing_files(network: NetworkParameters, simulation: SimulationParameters) -> Iterator[str]:
    given = dict(_paths(network.model_dump(), "net_params"))
    for key in network.unused_paths:
        given.pop(f"net_params.{key}", None)
    if simulation.spikes_from is not None:
        paths = simulation.spikes_from.paths
        given |= {f"sim_params.spikes_from.{key}": path for key, path in paths.items()}
    for key, value in given.items():
        is_own = key.startswith("net_params.own_tables.")
        kind = "any" if key.endswith("_path") and not is_own else "file"
        if set(value) & set("{}"):
            yield f"{key}: expected a path without braces, got {shown(value)}"
        elif key == "net_params.fullscale_rates" and (table := table_for_pickle(value)):
            yield (
                f"{key}: pickles are not read, and there is no '{relative(table)}' beside "
                f"'{Path(value).name}'; give a table with the columns area, layer, population, "
                "rate, or None"
            )
        elif key == SERIES and value and npy_rate_files(resolve(value)):
            continue
        elif not value or not exists(value, kind):
            yield f"{key}: {_not_found(key, value)}"


def _not_found(key: str, path: str) -> str:
    """Return what is wrong with a `path` that does not lead to a file."""
    if path and exists(path, "dir"):
        what = "a file, or the common start of their names" if key == SERIES else "a file"
        return f"expected {what}, got the folder {one_line(repr(path), 120)}"
    return f"no such file {shown(path)}.{nearest_file(resolve(path))}"


def table_for_pickle(path: str | None) -> Path | None:
    """Return the path of the table beside a pickle; None if `path` is not that of a pickle."""
    is_pickle = path is not None and Path(path).suffix.lower() in (".pkl", ".pickle")
    return Path(path).with_suffix(".csv") if is_pickle else None


def _paths(content: dict[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in content.items():
        if isinstance(value, dict):
            yield from _paths(value, f"{prefix}.{key}")
        elif isinstance(value, str) and is_path(key):
            yield f"{prefix}.{key}", value
