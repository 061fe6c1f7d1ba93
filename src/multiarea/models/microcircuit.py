"""The microcircuit below 1 mm2 of cortex: one area, 8 populations (Potjans & Diesmann 2014).

Cerebral Cortex 24:785-806, doi 10.1093/cercor/bhs358.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from multiarea.data import potjans_diesmann
from multiarea.files.project import resolve
from multiarea.models._common import (
    ExternalDrive,
    LifNetworkParameters,
    Strength,
    mean_weights,
    population_table,
)
from multiarea.network.network import ConnectionRules, Network
from multiarea.network.neurons import psc_per_psp
from multiarea.network.stimuli import SourceInput, SourceProjection
from multiarea.parameters import (
    Block,
    Count,
    NonNegative,
    Positive,
    ShortName,
    WeightDistribution,
    p,
)

VERSION = 1

AREAS = ("cortex",)
LAYERS = ("II/III", "IV", "V", "VI")
POPULATIONS = ("E", "I")
SHOWN_AREAS = AREAS
SHORT_NAMES = {"g": ShortName("connection_params.g")}
COMPARISONS = {"reference_rates": "experimental_data/potjans_diesmann/reference_rates.csv"}

SOURCES = {
    "populations": "experimental_data/potjans_diesmann/populations.csv",
    "probabilities": "experimental_data/potjans_diesmann/connection_probabilities.csv",
    "potentials": "experimental_data/potjans_diesmann/initial_potentials.csv",
    "thalamus": "experimental_data/potjans_diesmann/thalamic_connection_probabilities.csv",
}

V0_ORIGINAL = {"V0_mean": -58.0, "V0_sd": 10.0}
"""Initial potential of all populations in the article [mV]."""


class Connections(Strength):
    """Strength of synapses."""

    weight_distribution: WeightDistribution = p(
        "normal_redrawn",
        "",
        "weights: normal, of the other sign set to 0 or drawn again; or lognormal",
    )


class LocalDelays(Block):
    """Delays of connections."""

    delay_e: Positive = p(1.5, "ms", "mean delay of excitatory connections")
    delay_i: Positive = p(0.75, "ms", "mean delay of inhibitory connections")
    delay_rel: NonNegative = p(0.5, "1", "standard deviation / mean")
    distribution: Literal["normal_redrawn", "normal_clipped", "lognormal_clipped"] = p(
        "normal_redrawn", "", "distribution, not below the resolution"
    )


class ThalamicInput(Block):
    """Pulses of thalamic neurons onto layers IV and VI."""

    times: tuple[Positive, ...] = Field(
        description="when the pulses begin [ms]", strict=False, min_length=1
    )
    duration: Positive = p(10.0, "ms", "duration of a pulse")
    rate: NonNegative = p(120.0, "spikes/s", "rate of each thalamic neuron during a pulse")
    n_neurons: Count = p(902, "", "thalamic neurons")
    PSP: Positive = p(0.15, "mV", "postsynaptic potential")
    delay: Positive = p(1.5, "ms", "mean delay")
    delay_rel: NonNegative = p(0.5, "1", "standard deviation / mean of delays")


class Parameters(LifNetworkParameters):
    """Everything that decides the network of the microcircuit."""

    OPTIONAL: ClassVar[frozenset[str]] = LifNetworkParameters.OPTIONAL | {"thalamic_input"}

    connection_params: Connections = Connections()
    delay_params: LocalDelays = LocalDelays()
    input_params: ExternalDrive = ExternalDrive()
    V0_type: Literal["optimized", "original"] = p(
        "optimized", "", "initial potentials: per population, or -58 +- 10 mV for all"
    )
    thalamic_input: ThalamicInput | None = p(None, "", "pulses of thalamic neurons; None: none")

    @property
    def is_stimulated(self) -> bool:
        """Whether there are stimuli in pulses, those of thalamic neurons included."""
        return super().is_stimulated or self.thalamic_input is not None


def source_files(parameters: Parameters) -> list[Path]:
    """Return the data files that `build_network` reads."""
    unused = {"thalamus"} if parameters.thalamic_input is None else set()
    return [resolve(path) for name, path in SOURCES.items() if name not in unused]


def build_network(parameters: Parameters) -> Network:
    """Build the full-scale network: 77 169 neurons, 298 880 968 synapses.

    Raises InputError if a data file is absent or wrong.
    """
    probability = potjans_diesmann.read_connection_probabilities(resolve(SOURCES["probabilities"]))
    strength, delays = parameters.connection_params, parameters.delay_params
    populations = population_table(
        _population_numbers(), parameters.neuron_columns, parameters.input_params, strength.PSP_ext
    )
    n_neurons = populations["n_neurons"].to_numpy()
    weight = mean_weights(populations.index, parameters.neuron_columns, strength)
    excitatory = populations.index.get_level_values("population") == "E"
    delay = np.tile(np.where(excitatory, delays.delay_e, delays.delay_i), (len(weight), 1))
    return Network(
        populations=populations.assign(**_initial_potentials(parameters, populations)),
        synapses=synapse_numbers(probability.to_numpy(), n_neurons, n_neurons),
        weight=weight,
        weight_sd=strength.PSC_rel_sd * np.abs(weight),
        delay=delay,
        delay_sd=delays.delay_rel * delay,
        areas=pd.DataFrame({"surface_mm2": 1.0}, index=pd.Index(AREAS, name="area")),
        rules=ConnectionRules(
            weight_distribution=strength.weight_distribution, delay_distribution=delays.distribution
        ),
        extra_inputs=_thalamic_inputs(parameters, populations["n_neurons"]),
    )


def _thalamic_inputs(parameters: Parameters, n_neurons: pd.Series) -> tuple[SourceInput, ...]:
    """Return the thalamic pulses, if there are any."""
    thalamus = parameters.thalamic_input
    if thalamus is None:
        return ()
    probability = potjans_diesmann.read_thalamic_probabilities(resolve(SOURCES["thalamus"]))
    spread = parameters.connection_params.PSC_rel_sd
    weight = thalamus.PSP * float(psc_per_psp(parameters.neuron_columns, "ex"))
    probability = probability.loc[n_neurons.index.droplevel("area")].to_numpy()
    synapses = synapse_numbers(probability[:, None], n_neurons, np.array([thalamus.n_neurons]))
    delay = thalamus.delay, thalamus.delay * thalamus.delay_rel
    projections = tuple(
        SourceProjection(key, int(number), weight, spread * weight, *delay)
        for key, number in zip(n_neurons.index, synapses[:, 0], strict=True)
        if number
    )
    pulses = tuple((start, start + thalamus.duration) for start in thalamus.times)
    return (SourceInput(thalamus.n_neurons, thalamus.rate, pulses, projections),)


def synapse_numbers(
    probability: np.ndarray, n_target: np.ndarray, n_source: np.ndarray
) -> np.ndarray:
    """Return the number of synapses of each projection, (P, Q) of int [target, source].

    ln(1 - C) / ln(1 - 1/(N_i N_j)), rounded: drawn with replacement, so many synapses connect a
    pair of neurons at least once with the probability C (Potjans & Diesmann 2014, Eq. 1). Plain
    logarithms as in the published code; exact ones would change two projections by one synapse.

    Parameters
    ----------
    probability : (P, Q) array
        Connection probabilities [target, source].
    n_target, n_source : (P,) and (Q,) array
        Neurons of the populations.
    """
    pairs = np.outer(n_target, n_source).astype(float)
    return np.rint(np.log(1 - probability) / np.log(1 - 1 / pairs)).astype(np.int64)


def _population_numbers() -> pd.DataFrame:
    """Return n_neurons and n_synapses_external, indexed (area, layer, population)."""
    sizes = potjans_diesmann.read_populations(resolve(SOURCES["populations"]))
    table = pd.concat({AREAS[0]: sizes}, names=["area"])
    return table.assign(n_synapses_external=table["n_neurons"] * table["k_ext"])


def _initial_potentials(parameters: Parameters, table: pd.DataFrame) -> dict[str, Any]:
    if parameters.V0_type == "original":
        return dict(V0_ORIGINAL)
    chosen = potjans_diesmann.read_initial_potentials(resolve(SOURCES["potentials"]))
    return {name: chosen[name].loc[table.index.droplevel("area")].to_numpy() for name in chosen}
