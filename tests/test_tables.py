"""`tables` and `theory`: CSV files of a quick, down-scaled experiment."""

import numpy as np
import pandas as pd
import pytest

from multiarea.build.pipeline import build_network
from multiarea.cli.tables import area_table, write_tables, write_theory
from multiarea.errors import InputError
from multiarea.experiment.finding import find_experiment

QUICK = """
net_params = {
    "N_scaling": 0.01,
    "K_scaling": 0.1,
    "scaling_type": "sqrt",
    "fullscale_rates": "simulated_data/base_theory_rates.csv",
}
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The network of the quick experiment, and the folder of its tables."""
    folder = tmp_path_factory.mktemp("tables")
    (folder / "quick.py").write_text(QUICK)
    name = str(folder / "quick.py")
    write_tables(name, folder / "new" / "tables")
    experiment = find_experiment(name)
    return build_network(experiment.model, experiment.network), folder / "new" / "tables"


def test_files(written):
    names = ["areas", "delays", "populations", "synapses", "weights"]
    assert sorted(path.name for path in written[1].iterdir()) == [f"{name}.csv" for name in names]


def test_populations(written):
    network, folder = written
    table = pd.read_csv(folder / "populations.csv")
    assert list(table.columns) == [
        *("area", "layer", "population", "n_neurons", "n_synapses_external"),
        *("rate_ext", "weight_ext", "i_dc"),
    ]
    assert list(zip(table["area"], table["layer"], table["population"], strict=True)) == list(
        network.populations.index
    )
    for name in table.columns[3:]:
        assert (table[name].to_numpy() == network.populations[name].to_numpy()).all()
    assert table["n_neurons"].sum() == pytest.approx(34_688, abs=127)
    # At k = 0.1 the current stands for 1 - sqrt(0.1) of the mean input, 17.6 mV on average.
    mean = table["i_dc"] / np.where(table["population"] == "E", 22, 10)
    assert mean.mean() == pytest.approx((1 - 0.1**0.5) * 17.57, abs=0.02)


@pytest.mark.parametrize(
    ("file", "matrix"), [("synapses", "synapses"), ("weights", "weight"), ("delays", "delay")]
)
def test_matrices_are_target_by_source(written, file, matrix):
    network, folder = written
    table = pd.read_csv(folder / f"{file}.csv", index_col="target")
    assert list(table.index) == list(table.columns) == network.labels
    assert table.index[0] == "bankssts|II/III|E"
    assert (table.to_numpy() == getattr(network, matrix)).all()
    target, source = "cuneus|IV|E", "cuneus|II/III|I"
    if file == "weights":
        assert table.at[target, source] == pytest.approx(-5 * 16.4488369 / 0.1**0.5)
    if file == "delays":
        assert table.at[target, source] == 0.75


def test_areas(written):
    network, folder = written
    table = pd.read_csv(folder / "areas.csv", index_col="area")
    assert len(table) == 34 and table.index[0] == "bankssts"
    assert table.at["bankssts", "thickness_mm"] == pytest.approx(2.84)
    assert table.at["bankssts", "n_neurons"] == pytest.approx(1251, abs=4)
    assert table["n_populations"].sum() == 254
    from_others, to_others = (table[f"n_synapses_{which}_other_areas"] for which in ("from", "to"))
    assert from_others.sum() == to_others.sum() == network.synapses[network.is_between_areas].sum()
    total = table["n_synapses_within_area"].sum() + from_others.sum()
    assert total == network.synapses.sum()
    here = network.area_of == "cuneus"
    assert (
        table.at["cuneus", "n_synapses_from_other_areas"] == network.synapses[here][:, ~here].sum()
    )
    assert table.at["cuneus", "n_synapses_to_other_areas"] == network.synapses[~here][:, here].sum()
    assert table.at["cuneus", "n_synapses_external"] == (
        network.populations["n_synapses_external"].to_numpy()[here].sum()
    )


def test_areas_without_neurons_are_left_out(human_network):
    keep = human_network.area_of != "insula"
    from multiarea.build.operations import select_populations

    table = area_table(select_populations(human_network, keep))
    assert len(table) == 33 and "insula" not in table.index


def test_theory(tmp_path, written):
    (tmp_path / "quick.py").write_text(QUICK)
    write_theory(str(tmp_path / "quick.py"), tmp_path / "new" / "rates.csv")
    table = pd.read_csv(tmp_path / "new" / "rates.csv")
    assert list(table.columns)[:3] == ["area", "layer", "population"]
    rates = [name for name in table.columns if name.startswith("rate")]
    assert rates == [f"rate_{n + 1}" for n in range(len(rates))] != []
    assert list(zip(*(table[name] for name in table.columns[:3]), strict=True)) == list(
        written[0].populations.index
    )
    assert table[rates].mean().is_monotonic_increasing
    # The base state: 0.7545 spikes/s, but for the rounding of some ten neurons.
    assert table["rate_1"].mean() == pytest.approx(0.7545, rel=0.05)


def test_nothing_is_written_for_a_wrong_experiment(tmp_path):
    (tmp_path / "wrong.py").write_text("net_params = {'N_scaling': 2.0}")
    for write, target in ((write_tables, tmp_path / "t"), (write_theory, tmp_path / "t.csv")):
        with pytest.raises(InputError, match="net_params.N_scaling: expected a value <= 1"):
            write(str(tmp_path / "wrong.py"), target)
        assert not target.exists()
