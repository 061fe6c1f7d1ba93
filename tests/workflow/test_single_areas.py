"""Runs of a single area have no measures and figures of pairs of areas."""

import pytest

from multiarea.errors import InputError
from multiarea.experiment.config import load_config
from multiarea.workflow.selection import Selection

OF_SPIKES = {"fc_currents", "fc_bold", "fc_similarity", "communities", "temporal_hierarchy"}
OF_SYNAPSES = {"structural_connectivity", "structure_communities"}
MATRICES = {"functional_connectivity", "communities", "connectivity_comparison", "brain_maps"}
GRAPHS = {"area_connectivity", "structure_communities"}

CASES = {
    "microcircuit": (
        'model = "microcircuit"; net_params = {}',
        OF_SPIKES | OF_SYNAPSES,
        MATRICES | GRAPHS,
    ),
    "one simulated": (
        'net_params = {"areas_simulated": ["cuneus"],'
        '"replace_non_simulated_areas": "hom_poisson_stat"}',
        OF_SPIKES | OF_SYNAPSES,
        MATRICES | GRAPHS,
    ),
    "one recorded": ('sim_params = {"areas_recorded": ["cuneus"]}', OF_SPIKES, MATRICES),
    "two recorded": ('sim_params = {"areas_recorded": ["cuneus", "insula"]}', set(), set()),
}


@pytest.fixture(scope="module")
def selection():
    return Selection(load_config({"experiments": []}))


@pytest.mark.parametrize(("text", "measures", "figures"), CASES.values(), ids=CASES)
def test_what_compares_areas_is_left_out(selection, load, text, measures, figures):
    (experiment,) = load(text)
    made = {measure.name for measure in selection.measures_of(experiment)}
    drawn = {figure.name for figure in selection.figures_of(experiment)}
    assert made & (OF_SPIKES | OF_SYNAPSES) == (OF_SPIKES | OF_SYNAPSES) - measures
    assert drawn & (MATRICES | GRAPHS) == (MATRICES | GRAPHS) - figures
    assert {"rates", "synaptic_currents", "bold"} <= made
    assert {"raster_areas", "area_activity"} <= drawn


def test_to_ask_for_one_is_a_mistake(selection, load):
    (experiment,) = load('model = "microcircuit"; net_params = {}')
    with pytest.raises(InputError, match="'fc_currents': not for one: .* two areas or more"):
        selection.require(experiment, "measure", "fc_currents")
    with pytest.raises(InputError, match="'communities': not for one: it needs communities"):
        selection.require(experiment, "figure", "communities")
