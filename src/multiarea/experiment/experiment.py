"""`Experiment`: the validated parameters of one run, their three hashes and folders."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from multiarea.experiment.hashing import parameter_hash
from multiarea.files.atomic import checksum
from multiarea.files.project import relative, resolve
from multiarea.models import areas_of, get_model
from multiarea.parameters import (
    AnalysisParameters,
    NetworkParameters,
    SimulationParameters,
    is_path,
)


@dataclass(frozen=True)
class Experiment:
    """One point of one experiment file.

    The name is the stem of the file, with `@parameter=value` for a point of a sweep. All parameters
    are validated; `virtual_processes` and `simulator` of `simulation` are not None.
    """

    name: str
    file: Path
    model: str
    network: NetworkParameters
    simulation: SimulationParameters
    analysis: AnalysisParameters

    @property
    def module(self) -> ModuleType:
        """The model's module."""
        return get_model(self.model)

    @cached_property
    def areas(self) -> tuple[str, ...]:
        """The names that the areas of the model have, with these parameters."""
        return areas_of(self.module, self.network)

    def areas_that_are(self, kind: str) -> tuple[str, ...]:
        """Return the areas of a `kind`: "simulated", or "recorded"."""
        simulated = self.network.areas_simulated or self.areas
        recorded = self.simulation.areas_recorded or simulated
        kept = simulated if kind == "simulated" else recorded
        return tuple(area for area in simulated if area in kept)

    @cached_property
    def network_hash(self) -> str:
        """Hash of the model, its version and what decides the network."""
        return network_hash(self.model, self.network)

    @cached_property
    def full_scale_hash(self) -> str:
        """`network_hash` of the same network at full scale."""
        return network_hash(self.model, self.network.full_scale)

    @cached_property
    def whole_hash(self) -> str:
        """`network_hash` of all areas and projections at full scale."""
        return network_hash(self.model, self.network.whole)

    @cached_property
    def simulation_hash(self) -> str:
        """Hash of what decides the spikes of a given network."""
        return parameter_hash(simulation_spec(self.simulation))

    @cached_property
    def analysis_hash(self) -> str:
        """Hash of what decides the results of a given simulation; plot options do not."""
        return parameter_hash(self.analysis.identity)

    @property
    def network_folder(self) -> Path:
        """`<net_hash>`, relative to the output folder."""
        return Path(self.network_hash)

    @property
    def simulation_folder(self) -> Path:
        """`<net_hash>/<sim_hash>`."""
        return self.network_folder / self.simulation_hash

    @property
    def analysis_folder(self) -> Path:
        """`<net_hash>/<sim_hash>/<ana_hash>`."""
        return self.simulation_folder / self.analysis_hash


def network_spec(model: str, parameters: NetworkParameters) -> dict[str, Any]:
    """Return `model`, its version and `parameters` as plain data, paths relative to the project.

    The content of a user's own tables is there in addition to their paths.
    """
    content = _relative_paths(parameters.identity)
    spec = {"model": model, "version": get_model(model).VERSION, "parameters": content}
    if own := parameters.own_paths:
        spec["own_tables"] = {key: _present_content(path) for key, path in own.items()}
        spec["areas"] = areas_of(get_model(model), parameters)
    return spec


def simulation_spec(parameters: SimulationParameters) -> dict[str, Any]:
    """Return what decides the spikes of a given network: `parameters` as plain data.

    A file of spikes, and a table of its neurons, are there by their content, not by their path.
    """
    spec = parameters.identity
    if parameters.spikes_from is not None:
        for key, path in parameters.spikes_from.paths.items():
            spec["spikes_from"][key] = _present_content(path)
    return spec


def content_of(path: Path) -> str:
    """Return what stands in parameters for the content of the file `path`."""
    return f"sha256:{checksum(path)}"


def _present_content(path: str) -> str:
    found = resolve(path)
    state = found.stat()
    return _content(found, state.st_mtime_ns, state.st_size)


@cache
def _content(path: Path, changed: int, size: int) -> str:
    """Return `content_of` the file; it is read again if it was `changed` or has another `size`."""
    return content_of(path)


def network_hash(model: str, parameters: NetworkParameters) -> str:
    """Return the hash of the network that `parameters` of a `model` describe.

    Own tables count by their content, not by their path.
    """
    spec = network_spec(model, parameters)
    spec["parameters"].pop("own_tables", None)
    return parameter_hash(spec)


def _relative_paths(content: Any, key: str = "") -> Any:
    if isinstance(content, dict):
        return {name: _relative_paths(value, name) for name, value in content.items()}
    if isinstance(content, str) and is_path(key):
        return relative(content)
    return content
