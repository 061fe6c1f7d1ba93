"""A small run with an absent layer and a silent population, written and analysed by the product."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from multiarea.analysis import compute, measures
from multiarea.analysis.results import Arrays
from multiarea.data.desikan_killiany import read_area_map
from multiarea.data.experimental_fc import ExperimentalFC
from multiarea.data.single_units import ExperimentalUnits
from multiarea.figures import figures
from multiarea.figures.kinds.drawing import Context
from multiarea.files.project import resolve
from multiarea.network.network import LEVELS, POPULATION_COLUMNS, Network
from multiarea.network.stimuli import PulsedCurrent
from multiarea.parameters import AnalysisParameters
from multiarea.spikes.potentials import Potentials, write_potentials
from multiarea.spikes.spool import SAMPLE, SPIKE, Spool
from multiarea.spikes.store import Spikes
from multiarea.spikes.writer import Recording, write_spikes

LAYERS, POPULATIONS = ("II/III", "IV", "V"), ("E", "I")
ABSENT = ("fusiform", "IV")
SILENT = ("insula", "V", "E")
RATES = {"E": 12.0, "I": 25.0}
N_NEURONS = 20
T_SIM = 2500.0


@dataclass(frozen=True)
class Run:
    """Everything that figures need of one run."""

    inputs: dict[str, Any]
    parameters: AnalysisParameters
    context: Context

    def draw(self, name: str, **changes: Any) -> Figure:
        """Draw a figure; `changes` replace inputs, parameters or the context."""

        figure = figures()[name]
        given = {need: self.inputs[need] for need in (*figure.needs, *figure.extras)}
        settings = {"parameters": self.parameters, "context": self.context}
        plot = figure.plot
        return plot(**{**given, **settings, **changes})


def make_run(folder: Path, areas: tuple[str, ...], rates: dict[str, float] = RATES) -> Run:
    """Return a run with Poisson spikes at `rates` for E and I [spikes/s]."""
    network = make_network(areas)
    spikes = Spikes(write_poisson(folder, network, rates))
    theory = network.populations.index.to_frame(index=False)
    theory["rate_1"] = [max(RATES[key[2]], 0.1) for key in network.populations.index]
    rng = np.random.default_rng(5)
    inputs: dict[str, Any] = {
        "network": network,
        "stimulated_network": network.replace(extra_inputs=stimuli(network, areas[:2])),
        "spikes": spikes,
        "potentials": Potentials(write_walks(folder, network)),
        "theory": theory,
        "experimental_fc": experimental_fc(areas),
        "experimental_units": ExperimentalUnits(
            rng.exponential(10, 200), rng.gamma(9, 0.1, 200), rng.gamma(9, 0.1, 200), areas[0]
        ),
        "resting_state_networks": pd.DataFrame(
            {"left": "DMN", "right": ["VIS" if n % 2 else "DMN" for n in range(len(areas))]},
            index=pd.Index(areas, name="area"),
        ),
        "area_map": area_map(areas),
        "reference_rates": pd.DataFrame(
            {"nest_3": [RATES[name] for _, name in product(LAYERS, POPULATIONS)]},
            pd.MultiIndex.from_product([LAYERS, POPULATIONS]),
        ),
    }
    parameters = AnalysisParameters.model_validate({"plotRasterArea": {"fraction": 0.5}})
    for name in measures():
        inputs[name] = compute(name, inputs, parameters)
    inputs["evoked_response"] = as_if_stationary(inputs["evoked_response"])
    scale = "test, N × 0.004, K × 0.05"
    names = ("stronger@chi=1.5", "base", "another")
    facts = {"names": names, "differences": ("chi 1.5", "g -6", "master_seed 7")}
    context = Context("test", areas, LAYERS, POPULATIONS, areas[:3], scale, T_SIM, **facts)
    return Run(inputs, parameters, context)


def make_network(areas: tuple[str, ...]) -> Network:
    """Return a network in which every population of an area is joined with all others."""
    keys = [key for key in product(areas, LAYERS, POPULATIONS) if key[:2] != ABSENT]
    index = pd.MultiIndex.from_tuples(keys, names=LEVELS)
    empty = {"i": 0, "f": 0.0, "s": "iaf_psc_exp"}
    table = pd.DataFrame(
        {name: empty[kind] for name, (kind, _, _) in POPULATION_COLUMNS.items()}, index=index
    )
    lif = {"E_L": -65.0, "V_th": -50.0, "V_reset": -65.0, "C_m": 250.0, "tau_m": 10.0, "t_ref": 2.0}
    table = table.assign(n_neurons=N_NEURONS, tau_syn_ex=2.0, tau_syn_in=2.0, **lif)
    position = np.array([areas.index(key[0]) for key in keys])
    apart = np.abs(position[:, None] - position[None, :])
    synapses = np.where(apart == 0, 400, np.where(apart < 3, 20, 0))
    weight = np.where([key[2] == "E" for key in keys], 50.0, -250.0) * np.ones((len(keys), 1))
    delay = np.full(synapses.shape, 1.5)
    table_of_areas = pd.DataFrame(index=pd.Index(areas, name="area"))
    return Network(table, synapses, weight, 0 * delay, delay, 0 * delay, table_of_areas)


def stimuli(network: Network, areas: tuple[str, ...]) -> tuple[PulsedCurrent, ...]:
    """Return currents in pulses of 20 ms into all populations of `areas`."""
    pulses = tuple((start, start + 20.0) for start in (700.0, 1100.0, 1500.0))
    keys = [key for key in network.populations.index if key[0] in areas]
    return tuple(PulsedCurrent(key, pulses, 1.0, 1, 5.0) for key in keys)


def as_if_stationary(response: Arrays) -> Arrays:
    """Return a response with predicted rates, which the theory has for LIF neurons only."""
    rate, theory = response["population_rate"].mean(axis=1), response["rate_before"]
    changed = {"rate_during": rate, "theory_during": np.maximum(theory, 0.1)}
    content = {name: (values, ("population",), "spikes/s") for name, values in changed.items()}
    return Arrays(response.content | content)


def write_poisson(folder: Path, network: Network, rates: dict[str, float]) -> Path:
    """Write Poisson spikes; `SILENT` gets none."""
    first, path = 0, folder / "spikes.h5"
    with Spool(folder / "spool", SPIKE) as spool:
        for key in network.populations.index:
            rate = 0.0 if key == SILENT else rates[key[2]]
            rng = np.random.default_rng(zlib.crc32("|".join(key).encode()))
            fired = np.argwhere(rng.random((N_NEURONS, int(T_SIM * 10))) < rate / 10_000)
            spool.append(node=first + fired[:, 0], step=fired[:, 1])
            first += N_NEURONS
    recording = Recording(network.populations["n_neurons"], T_SIM, 0.1)
    write_spikes(path, recording, [folder / "spool"])
    return path


def write_walks(folder: Path, network: Network) -> Path:
    """Write potentials of the first two neurons of each population, once per ms."""
    nodes = np.sort(np.concatenate([N_NEURONS * np.arange(len(network)) + n for n in (0, 1)]))
    steps = np.arange(1, int(T_SIM) + 1)
    values = np.random.default_rng(2).uniform(-12, 0, (len(steps), len(nodes)))
    with Spool(folder / "samples", SAMPLE) as spool:
        spool.append(
            node=np.tile(nodes, len(steps)), step=np.repeat(steps, len(nodes)), value=values.ravel()
        )
    write_potentials(folder / "membrane_potentials.h5", nodes, 1.0, [folder / "samples"])
    return folder / "membrane_potentials.h5"


def area_map(areas: tuple[str, ...]) -> pd.DataFrame:
    """Return the product's map, or one on which each area is a square in one of two views."""
    known = resolve("experimental_data/brain_map/desikan_killiany_right.csv")
    if set(areas) <= set(pd.read_csv(known)["area"]):
        return read_area_map(known, areas)
    rows = []
    for view, left in (("lateral", 0), ("medial", 800)):
        mine = areas[left > 0 :: 2]
        width = 600 / max(len(mine), 1)
        boxes = {"hemisphere": (left, 700)} if mine else {}
        boxes |= {area: (left + 20 + n * width, width - 10) for n, area in enumerate(mine)}
        for area, (x, size) in boxes.items():
            height = 500 if area == "hemisphere" else 400
            for dx, y in ((0, 0), (size, 0), (size, height), (0, height)):
                rows.append((view, area, 0, x + dx, y))
    return pd.DataFrame(rows, columns=["view", "area", "outline", "x", "y"])


def experimental_fc(areas: tuple[str, ...]) -> ExperimentalFC:
    """Return two hemispheres of two subjects."""
    n = len(areas)
    rng = np.random.default_rng(3)
    subjects = {side: rng.uniform(-0.2, 0.8, (2, n, n)) for side in ("left", "right")}
    subjects = {side: (m + m.transpose(0, 2, 1)) / 2 for side, m in subjects.items()}
    group = {side: pd.DataFrame(m.mean(0), areas, areas) for side, m in subjects.items()}
    return ExperimentalFC(group, subjects, "a substitute for the 7T data", True)
