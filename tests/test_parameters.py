"""`sim_params`, `ana_params` and what all models share."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from multiarea.models import human
from multiarea.parameters import (
    PLOT_ONLY,
    AnalysisParameters,
    Block,
    NetworkParameters,
    SimulationParameters,
    is_multiple,
    scale_words,
)

ROOT = Path(__file__).parents[1]
WINDOW = {"t_start": 500.0, "t_stop": None}


def test_defaults_of_the_simulation():
    assert SimulationParameters().model_dump() == {
        "simulator": None,
        "t_sim": 1000.0,
        "sim_resolution": 0.1,
        "master_seed": 55,
        "rec_V_int": 1.0,
        "overwrite_files": True,
        "print_time": False,
        "V0_mean": -150.0,
        "V0_sd": 50.0,
        "connection_rule": "fixed_total_number",
        "delay_cc_min": 0.0,
        "rec_dev": ("spike_recorder",),
        "areas_recorded": (),
        "rec_start": 0.0,
        "rec_V_start": 0.0,
        "rec_V_stop": None,
        "Nrec_vm_fraction": None,
        "virtual_processes": None,
        "delay_min": 0.0,
        "delay_max": None,
        "rate_limit": 150.0,
        "rate_limit_window": 500.0,
        "spikes_from": None,
    }


def test_defaults_of_the_analysis():
    defaults = AnalysisParameters().model_dump()
    defaults["plotRasterArea"].pop("areas")
    assert defaults.pop("plotBrainMaps") == {"fc_area": None}
    assert defaults == {
        "mplstyles": (),
        "extension": "png",
        "seed": 2903,
        "python_sort": True,
        "rate_histogram": {"binsize": 1.0, **WINDOW},
        "meanFiringRate": WINDOW,
        "individualFiringRate": WINDOW,
        "correlation_coefficient": {"subsample": 2000, "tbin": 1.0, "tmin": 500.0, "tmax": None},
        "compute_louvain": {"tmin": 500.0},
        "cv": {"min_spikes": 10, **WINDOW},
        "lvr": {"min_spikes": 10, **WINDOW},
        "evoked_response": {
            **{"stimulus": 1, "before": 100.0, "after": None},
            **{"binsize": 1.0, "n_sd": 4.0},
        },
        "functconn_corr": {"exclude_diagonal": True},
        "plotAllFiringRatesSummary": {"num_col": 4},
        "plotAllSynapticCurrentsSummary": {"num_col": 4},
        "plotAllBOLDSignalSummary": {"num_col": 4},
        "plotConnectivities": {"tmin": 500.0},
        "plotBOLD": {"tmin": 500.0, "stepSize": 1.0},
        "plotRasterArea": {"fraction": 0.03, "low": 500.0, "high": 750.0},
        "binned_spikerates_per_neuron": {"bins": 250, "num_col": 4},
        "rate_distribution_similarity": {"remove_zeros": True},
        "plot_binned_spikerates_per_neuron": {"max_rate": 40.0},
    }


def fields(kind, prefix=""):
    for name, field in kind.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, Block):
            yield from fields(inner, f"{prefix}{name}.")
        else:
            yield prefix + name, field


@pytest.mark.parametrize("kind", [human.Parameters, SimulationParameters, AnalysisParameters])
def test_every_parameter_is_described(kind):
    described = dict(fields(kind))
    assert len(described) > 10
    assert [name for name, field in described.items() if not field.description] == []


@pytest.mark.parametrize(
    ("time", "step", "expected"),
    [
        (0.3, 0.1, True),
        (12500.0, 0.1, True),
        (100000.1, 0.1, True),
        (0.1, 0.1, True),
        (20.05, 0.1, False),
        (0.05, 0.1, False),
        (0.0, 0.1, False),
        (-1.0, 0.1, False),
        (1e308, 1e-10, False),
    ],
)
def test_multiples(time, step, expected):
    assert is_multiple(time, step) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"t_sim": -50.0}, "greater than 0"),
        ({"t_sim": 20.05}, "'t_sim' = 20.05 ms must be a multiple of sim_resolution = 0.1 ms"),
        ({"rec_V_int": 0.15}, "'rec_V_int' = 0.15 ms must be a multiple"),
        ({"sim_resolution": 0.0125}, "'sim_resolution' = 0.0125 ms must be a multiple of NEST's"),
        ({"t_sim": 1e308, "sim_resolution": 1e-10}, "'sim_resolution'"),
        ({"master_seed": 0}, "greater than 0"),
        ({"master_seed": 2**31}, "less than 2147483648"),
        ({"rec_dev": ()}, "must contain 'spike_recorder'"),
        ({"rec_dev": ["voltmeter"]}, "must contain 'spike_recorder'"),
        ({"rec_dev": ["spike_detector"]}, "'spike_recorder' or 'voltmeter'"),
        ({"rec_dev": "spike_recorder"}, "valid tuple"),
        ({"connection_rule": "all_to_all"}, "'fixed_total_number' or 'fixed_indegree'"),
        ({"V0_sd": -1.0}, "greater than or equal to 0"),
        ({"virtual_processes": 0}, "greater than 0"),
        ({"virtual_processes": 1.5}, "valid integer"),
    ],
)
def test_wrong_simulation_parameters(changes, expected):
    with pytest.raises(ValidationError, match=expected):
        SimulationParameters(**changes)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"cv": {"t_start": 500.0, "t_stop": 500.0}}, "t_stop = 500.0 must be later"),
        ({"cv": {"min_spikes": 2}}, "greater than or equal to 3"),
        ({"correlation_coefficient": {"tmin": 5.0, "tmax": 4.0}}, "tmax = 4.0 must be later"),
        ({"plotRasterArea": {"low": 800.0}}, "high = 750.0 must be later than low = 800.0"),
        ({"plotRasterArea": {"fraction": 0.0}}, "greater than 0"),
        ({"extension": "gif"}, "'png', 'pdf'"),
        ({"rate_histogram": {"binsize": 0.0}}, "greater than 0"),
        ({"binned_spikerates_per_neuron": {"bins": 0}}, "greater than 0"),
    ],
)
def test_wrong_analysis_parameters(changes, expected):
    with pytest.raises(ValidationError, match=expected):
        AnalysisParameters(**changes)


def test_recorders_have_no_order():
    one = SimulationParameters(rec_dev=["voltmeter", "spike_recorder", "voltmeter"])
    other = SimulationParameters(rec_dev=("spike_recorder", "voltmeter"))
    assert one == other


def test_one_name_stands_for_a_list():
    analysis = AnalysisParameters(mplstyles="dark", plotRasterArea={"areas": "cuneus"})
    assert analysis.mplstyles == ("dark",) and analysis.plotRasterArea.areas == ("cuneus",)
    assert AnalysisParameters(mplstyles=None).mplstyles == ()


def test_when_down_scaling_needs_rates():
    assert not NetworkParameters().is_scaled
    assert NetworkParameters(N_scaling=0.5, scaling_type="sqrt").is_scaled
    assert not NetworkParameters(N_scaling=0.5, scaling_type="sqrt").needs_rates
    assert NetworkParameters(K_scaling=0.5, scaling_type="sqrt").needs_rates
    assert not NetworkParameters(K_scaling=0.5).needs_rates
    small = NetworkParameters(
        N_scaling=0.5, K_scaling=0.5, scaling_type="sqrt", fullscale_rates="x"
    )
    assert small.full_scale == NetworkParameters(scaling_type="sqrt")


def test_identity_of_a_network_leaves_out_what_has_no_effect():
    plain = NetworkParameters()
    assert NetworkParameters(scaling_type="sqrt").identity == plain.identity
    assert NetworkParameters(fullscale_rates="x").identity == plain.identity
    small = {"N_scaling": 0.5, "K_scaling": 0.5}
    linear, sqrt = (NetworkParameters(**small, scaling_type=t) for t in ("linear", "sqrt"))
    assert linear.identity != sqrt.identity
    with_rates = NetworkParameters(**small, scaling_type="sqrt", fullscale_rates="x")
    assert with_rates.identity != sqrt.identity


def test_options_of_plots_are_outside_the_identity():
    identity = AnalysisParameters().identity
    assert not PLOT_ONLY & set(identity)
    changed = AnalysisParameters(binned_spikerates_per_neuron={"num_col": 2}, extension="svg")
    assert changed.identity == identity
    keys = ("binned_spikerates_per_neuron", "seed")
    assert changed.identity_of(keys) == {
        "binned_spikerates_per_neuron": {"bins": 250},
        "seed": 2903,
    }
    assert changed.subset(keys)["binned_spikerates_per_neuron"] == {"bins": 250, "num_col": 2}
    other = AnalysisParameters(binned_spikerates_per_neuron={"bins": 100})
    assert other.identity != identity


def test_scales_have_one_spelling():
    assert scale_words(1.0, 1) == "full scale"
    assert scale_words(0.006, 0.08) == "N × 0.006, K × 0.08"
    assert scale_words(1.0, 0.1) == "N × 1, K × 0.1"
    code = [*(ROOT / "src").rglob("*.py"), *(ROOT / "publications").rglob("*.py")]
    spelled = re.compile(r"N_scaling[ =]\{|N × \{")
    assert [path.name for path in code if spelled.search(path.read_text("utf-8"))] == ["network.py"]
