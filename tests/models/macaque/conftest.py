"""The macaque model's tables and anatomy, made once."""

from __future__ import annotations

import pytest

from multiarea.models.macaque import Parameters, build
from multiarea.models.macaque.parameters import Connectome
from multiarea.models.macaque.tables import read_tables

#: Neutral parameters: Schmidt et al. 2018a.
BASE = {
    **{"K_stable_path": None, "g": -16.0, "cc_weights_factor": 1.0, "cc_weights_I_factor": 1.0},
    **{"fac_nu_ext_5E": 1.0, "fac_nu_ext_6E": 1.0, "fac_nu_ext_TH": 1.0},
}
#: External drive of the high-activity state and of the stabilised network.
STRONG_DRIVE = {"fac_nu_ext_5E": 1.125, "fac_nu_ext_6E": 1.41666667, "fac_nu_ext_TH": 1.2}


@pytest.fixture(scope="session")
def tables():
    return read_tables()


@pytest.fixture(scope="session")
def anatomy(tables):
    return build.build_anatomy(tables, Connectome())


@pytest.fixture(scope="session")
def corrected(tables):
    return build.build_anatomy(tables, Connectome(as_published=False))


@pytest.fixture(scope="session")
def exact_network(anatomy):
    """Make a network whose neurons and synapses are not truncated."""

    def make(**connection_params):
        parameters = Parameters(connection_params=connection_params)
        network = build.build_network(parameters)
        numbers = build.population_numbers(anatomy, parameters)
        populations = network.populations.assign(
            n_neurons=numbers.neurons,
            n_synapses_external=numbers.neurons * numbers.external_indegree,
        )
        return network.replace(populations=populations, synapses=numbers.synapses)

    return make
