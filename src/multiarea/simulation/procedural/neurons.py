"""Neurons: propagators of the exact integration, spread parameters, initial potentials."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.special import ndtri

from multiarea.errors import InputError
from multiarea.network.network import Network
from multiarea.network.neurons import subtypes
from multiarea.network.synapses import lognormal_parameters
from multiarea.parameters import SimulationParameters
from multiarea.simulation.procedural import counters
from multiarea.simulation.procedural.units import LARGEST, Units

MODEL = "iaf_psc_exp"
LONGEST_REFRACTORY = 255
"""Longest refractory time [steps]."""
SPREADS = ("C_m", "tau_m", "V_th")
_PURPOSE = {
    "C_m": counters.CAPACITANCE,
    "tau_m": counters.TIME_CONSTANT,
    "V_th": counters.THRESHOLD,
}


def normal(seed: int, what: int, population: int, n: int) -> np.ndarray:
    """Return standard normal numbers of the `n` neurons of `population`, (n,) float64.

    They depend on the `seed` and on `what` is drawn, such as `counters.POTENTIAL`.
    """
    key = counters.key_of(seed, counters.NEURON, what, population)
    drawn = counters.words(np.arange(n, dtype=np.uint64), key)
    return ndtri(((drawn >> np.uint64(11)).astype(float) + 0.5) / 2.0**53)


def propagators(C_m: Any, tau_m: Any, tau_syn: Any, h: float) -> tuple[Any, Any, Any, Any]:
    """Return P22, P11, P21 [mV/pA] and P20 [mV/pA] of the exact integration.

    V(t + h) = P22 V + P21 I + P20 I_e, I(t + h) = P11 I, for the equations of iaf_psc_exp
    (Rotter & Diesmann 1999, Biol Cybern 81:381).

    Parameters
    ----------
    C_m, tau_m, tau_syn : float or array
        [pF], [ms], [ms].
    h : float
        Time step [ms].
    """
    P22, P11 = np.exp(-h / tau_m), np.exp(-h / tau_syn)
    x = h / tau_syn - h / tau_m
    safe = np.where(np.abs(x) > 1e-12, x, 1.0)
    relative = np.where(np.abs(x) > 1e-12, -np.expm1(-safe) / safe, 1.0)
    return P22, P11, P22 * h / C_m * relative, tau_m / C_m * -np.expm1(-h / tau_m)


def set_neurons(
    records: np.ndarray, network: Network, parameters: SimulationParameters, units: Units
) -> np.ndarray:
    """Set the constants of the neurons of `network` in the `records`, (A,), of the `units`.

    The time step is that of `parameters`.

    Returns
    -------
    (7, n) float32
        `layout.Tables.parameters`: constants of neurons with two currents, or with individual
        parameters.

    Raises
    ------
    InputError
        If a population has another neuron model, or is refractory for too long.
    """
    h = parameters.sim_resolution
    rows = network.populations.to_dict("records")
    _check(network, rows, h)
    columns = [np.zeros((7, 0), np.float32)]
    shared: dict[tuple[float, ...], int] = {}
    end = 0
    for i, row in enumerate(rows):
        mine = np.flatnonzero(units.population == i)
        own = records[mine]
        own["refractory"] = round(row["t_ref"] / h)
        own["leak"], own["reset"] = row["E_L"], row["V_reset"] - row["E_L"]
        own["threshold"] = row["V_th"] - row["E_L"]
        is_spread = any(row[f"{name}_rel_sd"] > 0 for name in SPREADS)
        own["is_general"] = is_spread or row["tau_syn_ex"] != row["tau_syn_in"]
        P22, P11, P21, _ = propagators(row["C_m"], row["tau_m"], row["tau_syn_ex"], h)
        own["P22"], own["P11"], own["P21"] = P22, P11, P21
        starts = units.first[mine] - units.first[mine[0]] if len(mine) else mine
        taus = row["tau_syn_ex"], row["tau_syn_in"]
        key = (row["C_m"], row["tau_m"], row["V_th"] - row["E_L"], *taus)
        values = drawn_parameters(row, parameters.master_seed, i)
        if is_spread:
            made = _padded(_constants(values, *taus, h), units, mine)
            own["parameters"] = end + starts
        elif taus[0] != taus[1]:
            alike = {name: np.full(LARGEST, column[0]) for name, column in values.items()}
            made = _constants(alike, *taus, h)
            own["parameters"] = shared.setdefault(key, end)
        if is_spread or own["parameters"][0] == end and taus[0] != taus[1]:
            columns.append(made)
            end += made.shape[1]
        records[mine] = own
    return np.ascontiguousarray(np.concatenate(columns, axis=1))


def drawn_parameters(row: dict[str, Any], seed: int, population: int) -> dict[str, np.ndarray]:
    """Return C_m [pF], tau_m [ms] and V_th - E_L [mV] of each neuron of a population.

    Parameters
    ----------
    row : dict
        A row of `Network.populations`; values with a relative spread are lognormal.
    seed, population : int
    """
    values = {}
    n = int(row["n_neurons"])
    means = {"C_m": row["C_m"], "tau_m": row["tau_m"], "V_th": row["V_th"] - row["E_L"]}
    for name, mean in means.items():
        relative = row[f"{name}_rel_sd"]
        values[name] = np.full(n, float(mean))
        if relative > 0:
            mu, sigma = lognormal_parameters(mean, relative * mean)
            values[name] = np.exp(mu + sigma * normal(seed, _PURPOSE[name], population, n))
    return values


def _constants(
    values: dict[str, np.ndarray], tau_syn_ex: float, tau_syn_in: float, h: float
) -> np.ndarray:
    """Return the rows of `layout.Tables.parameters` of some neurons, (7, n) float32."""
    ex = propagators(values["C_m"], values["tau_m"], tau_syn_ex, h)
    inhibitory = propagators(values["C_m"], values["tau_m"], tau_syn_in, h)
    ones = np.ones(len(values["C_m"]))
    lines = [ex[0], ex[1] * ones, inhibitory[1] * ones, ex[2], inhibitory[2], ex[3], values["V_th"]]
    return np.array(lines, np.float32)


def _padded(made: np.ndarray, units: Units, mine: np.ndarray) -> np.ndarray:
    """Return the constants of a population with the gaps of the state's arrays."""
    begin = units.first[mine[0]]
    padded = np.ones((7, int(units.first[mine[-1] + 1] - begin)), np.float32)
    at = 0
    for a in mine.tolist():
        start, size = int(units.first[a] - begin), int(units.size[a])
        padded[:, start : start + size] = made[:, at : at + size]
        at += size
    return padded


def initial_potentials(
    network: Network, parameters: SimulationParameters, units: Units
) -> np.ndarray:
    """Return the initial potentials of `network` relative to E_L, with the gaps of `units` [mV].

    Populations without their own mean and standard deviation take those of `parameters`.
    """
    V = np.zeros(int(units.first[-1]), np.float32)
    means, sds = (network.populations[name].to_numpy(float) for name in ("V0_mean", "V0_sd"))
    leak = network.populations["E_L"].to_numpy(float)
    node = np.concatenate([[0], np.cumsum(network.n_neurons)])
    for i, n in enumerate(network.n_neurons.tolist()):
        mean = means[i] if math.isfinite(means[i]) else parameters.V0_mean
        sd = sds[i] if math.isfinite(sds[i]) else parameters.V0_sd
        drawn = np.full(n, mean - leak[i])
        if sd > 0:
            drawn += sd * normal(parameters.master_seed, counters.POTENTIAL, i, n)
        for a in np.flatnonzero(units.population == i).tolist():
            at = int(units.node[a] - node[i])
            size, first = int(units.size[a]), int(units.first[a])
            V[first : first + size] = drawn[at : at + size]
    return V


def _check(network: Network, rows: list[dict[str, Any]], h: float) -> None:
    for label, row in zip(network.labels, rows, strict=True):
        if row["n_neurons"] < 1:
            raise InputError(f"{label}: no neurons; expected at least one in each population")
        if row["neuron_model"] != MODEL:
            raise InputError(
                f"{label}: neuron model '{row['neuron_model']}': the procedural simulator has "
                f"'{MODEL}' only; choose sim_params['simulator'] = 'nest'."
            )
        if subtypes(row):
            raise InputError(
                f"{label}: neurons of several kinds (net_params.neuron_types with a share): the "
                "procedural simulator has one kind in each population; choose "
                "sim_params['simulator'] = 'nest', or leave the share out."
            )
        if round(row["t_ref"] / h) > LONGEST_REFRACTORY:
            raise InputError(
                f"{label}: t_ref = {row['t_ref']:g} ms is {round(row['t_ref'] / h)} steps of "
                f"sim_params['sim_resolution'] = {h:g} ms; the procedural simulator takes at most "
                f"{LONGEST_REFRACTORY}. Choose a coarser resolution."
            )
