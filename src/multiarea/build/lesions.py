"""Lesions: projections cut or scaled, areas silenced. Pure functions Network -> Network."""

from __future__ import annotations

import numpy as np

from multiarea.build.operations import belonging_to
from multiarea.errors import InputError
from multiarea.network.network import Network
from multiarea.parameters import NetworkParameters


def lesion(network: Network, parameters: NetworkParameters) -> Network:
    """Return `network` with the `lesions` of the `parameters`.

    Projections are changed one after the other, then areas are silenced. Factors on the number of
    synapses give the nearest integers; those on weights apply to their spread, too.

    Raises InputError if a pattern fits no projection with synapses.
    """
    lesions = parameters.lesions
    if lesions is None:
        return network
    for number, one in enumerate(lesions.projections):
        targets, sources = (belonging_to(network, some) for some in (one.target, one.source))
        chosen = targets[:, None] & sources[None, :]
        if one.only_between_areas:
            chosen &= network.is_between_areas
        if not network.synapses[chosen].any():
            raise InputError(
                f"net_params.lesions.projections[{number}]: fits no projection that has synapses"
            )
        synapses, weights = (np.where(chosen, factor, 1.0) for factor in one.factors)
        network = network.replace(
            synapses=np.rint(network.synapses * synapses).astype(network.synapses.dtype),
            weight=network.weight * weights,
            weight_sd=network.weight_sd * weights,
        )
    return silence(network, np.isin(network.area_of, lesions.areas)) if lesions.areas else network


def silence(network: Network, silent: np.ndarray) -> Network:
    """Return `network` with the `silent` populations, (P,) of bool, without synapses and input.

    Their neurons begin, and stay, at the leak potential.
    """
    populations = network.populations.copy()
    populations.loc[silent, ["n_synapses_external", "i_dc", "V0_sd"]] = 0
    populations.loc[silent, "V0_mean"] = populations.loc[silent, "E_L"]
    alive = set(populations.index[~silent])
    inputs = (extra.onto(alive) for extra in network.extra_inputs)
    return network.replace(
        populations=populations,
        synapses=np.where(silent[:, None] | silent[None, :], 0, network.synapses),
        extra_inputs=tuple(filter(None, inputs)),
    )
