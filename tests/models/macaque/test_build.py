"""Specification a.13 to a.16 and c: totals, weights, delays, drive, replaced in-degrees."""

from __future__ import annotations

import numpy as np
import pytest

from multiarea.build import scaling
from multiarea.errors import InputError
from multiarea.experiment.loading import load_experiments
from multiarea.models.macaque import AREAS, Parameters, build, build_network, source_files
from multiarea.network.network import load_network, save_network

from .conftest import BASE, STRONG_DRIVE


@pytest.fixture(scope="module")
def base():
    return build_network(Parameters(connection_params=BASE))


@pytest.fixture(scope="module")
def metastable():
    return build_network(Parameters())


def entry(network, matrix, target, source):
    labels = network.labels
    return getattr(network, matrix)[labels.index(target), labels.index(source)]


def test_totals_of_the_base_network(anatomy):
    local = anatomy.local.synapses.sum()
    assert anatomy.synapses.sum() == pytest.approx(27_690_096_281, abs=0.5)
    assert local == pytest.approx(20.365e9, rel=5e-5)
    assert anatomy.synapses.sum() - local == pytest.approx(7.325e9, rel=5e-5)
    per_area = anatomy.cyto.n_neurons.sum(axis=1) * anatomy.external_indegree
    assert per_area.sum() == pytest.approx(12.84e9, rel=4e-4)
    v1 = anatomy.synapses[0].sum() + per_area[0]
    assert v1 / anatomy.cyto.n_neurons[0].sum() == pytest.approx(3950)
    numbers = build.population_numbers(anatomy, Parameters(connection_params=BASE))
    assert numbers.indegree.sum() == pytest.approx(1_701_070, abs=0.5)


def test_totals_of_the_stabilised_network(anatomy, exact_network):
    numbers = build.population_numbers(anatomy, Parameters())
    assert numbers.synapses.sum() == pytest.approx(24_126_520_949, abs=50)
    assert numbers.indegree.sum() == pytest.approx(1_499_129, abs=0.5)
    external = (numbers.external_indegree * numbers.neurons).sum()
    assert external == pytest.approx(13.86e9, rel=1e-4)
    network = exact_network()
    between = network.is_between_areas
    assert network.synapses[between].sum() == pytest.approx(4.456e9, rel=2e-5)
    assert network.synapses[~between].sum() == pytest.approx(19.671e9, rel=3e-5)
    pairs = network.between_areas(np.where(between, network.indegree, 0.0))
    assert np.count_nonzero(pairs) == 682


def test_numbers_are_truncated(base, anatomy):
    exact = build.population_numbers(anatomy, Parameters(connection_params=BASE))
    assert (base.n_neurons == np.floor(exact.neurons)).all()
    assert base.n_neurons.sum() == 4_129_924
    lost = exact.synapses - base.synapses
    assert (lost >= 0).all() and (lost < 1).all()
    assert base.indegree == pytest.approx(exact.indegree, rel=2e-3, abs=0.02)


def test_populations(base):
    assert len(base) == 254
    assert base.labels[:3] == ["V1|II/III|E", "V1|II/III|I", "V1|IV|E"]
    assert "TH|IV|E" not in base.labels and "TH|VI|I" in base.labels
    assert list(base.areas.index) == list(AREAS)
    row = base.populations.loc[("V1", "IV", "E")]
    assert (row["rate_ext"], row["delay_ext"]) == (10, 1)
    assert row["weight_ext"] == pytest.approx(87.808494, abs=1e-6)


def test_weights_of_the_base_network(base):
    assert entry(base, "weight", "V1|II/III|E", "V1|IV|E") == pytest.approx(2 * 87.808494)
    assert entry(base, "weight", "V1|II/III|E", "V2|IV|E") == pytest.approx(87.808494)
    assert entry(base, "weight", "V1|II/III|E", "V1|IV|I") == pytest.approx(-16 * 87.808494)
    assert np.allclose(base.weight_sd, 0.1 * np.abs(base.weight))


def test_chi_scales_weights_between_areas(base, metastable):
    assert entry(metastable, "weight", "V1|V|E", "V2|V|E") == pytest.approx(1.9 * 87.808494)
    assert entry(metastable, "weight", "V1|V|I", "V2|V|E") == pytest.approx(3.8 * 87.808494)
    assert entry(metastable, "weight", "V1|V|I", "V1|V|E") == pytest.approx(87.808494)
    assert entry(metastable, "weight_sd", "V1|V|I", "V2|V|E") == pytest.approx(38 * 0.87808494)


def test_delays(base, tables):
    assert entry(base, "delay", "V1|V|I", "V1|V|E") == 1.5
    assert entry(base, "delay", "V1|V|E", "V1|V|I") == 0.75
    distance = tables.distances.loc["V1", "FEF"]
    assert entry(base, "delay", "V1|V|E", "FEF|V|E") == pytest.approx(distance / 3.5)
    assert np.allclose(base.delay_sd, 0.5 * base.delay)
    assert base.rules.delay_distribution == base.rules.weight_distribution == "normal_redrawn"


def test_factors_on_the_external_drive(anatomy):
    plain = build.population_numbers(anatomy, Parameters(connection_params=BASE))
    strong = build.population_numbers(
        anatomy, Parameters(connection_params={**BASE, **STRONG_DRIVE})
    )
    ratio = dict(zip(plain.index, strong.external_indegree / plain.external_indegree, strict=True))
    assert ratio["V1", "V", "E"] == pytest.approx(1.125)
    assert ratio["V1", "VI", "E"] == pytest.approx(1.41666667)
    assert ratio["V1", "V", "I"] == ratio["V1", "II/III", "E"] == 1
    assert ratio["TH", "II/III", "E"] == pytest.approx(1.2)
    assert ratio["TH", "V", "E"] == pytest.approx(1.2 * 1.125)
    assert ratio["TH", "VI", "E"] == pytest.approx(1.41666667)
    v1 = {plain.external_indegree[i] for i, key in enumerate(plain.index) if key[0] == "V1"}
    assert len({round(value, 9) for value in v1}) == 1


def test_mean_indegree_of_the_frontal_areas_shrinks_by_stabilisation(anatomy):
    numbers = [
        build.population_numbers(anatomy, Parameters(connection_params=params))
        for params in (BASE, {})
    ]
    area = numbers[0].index.get_level_values("area")
    means = []
    for made in numbers:
        rows = made.indegree[area == "FEF"]
        means.append(
            [rows[:, area == "FEF"].sum(axis=1).mean(), rows[:, area != "FEF"].sum(axis=1).mean()]
        )
    assert means[1][0] < means[0][0] and means[1][1] < 0.6 * means[0][1]
    # areas without input from other areas have no critical mode
    mdp = [made.indegree[area == "MDP"].sum() for made in numbers]
    assert mdp[1] == pytest.approx(mdp[0], rel=1e-3)


def test_corrections_change_the_network_and_keep_its_rules(anatomy, corrected):
    assert corrected.synapses.sum() != pytest.approx(anatomy.synapses.sum(), rel=1e-3)
    total = corrected.synapses.sum(axis=(1, 2, 3))
    total = total + corrected.external_indegree * corrected.cyto.n_neurons.sum(axis=1)
    assert total == pytest.approx(corrected.local.total)
    # only TH loses synapses as published
    total = anatomy.synapses.sum(axis=(1, 2, 3))
    total = total + anatomy.external_indegree * anatomy.cyto.n_neurons.sum(axis=1)
    assert total[:-1] == pytest.approx(anatomy.local.total[:-1])
    assert total[-1] < 0.99 * anatomy.local.total[-1]


def test_constant_current_replaces_the_poisson_drive(base):
    parameters = Parameters(connection_params=BASE, input_params={"poisson_input": False})
    constant = build_network(parameters).populations
    poisson = base.populations
    indegree = poisson["n_synapses_external"] / poisson["n_neurons"]
    expected = 10 * indegree * poisson["weight_ext"] * 0.5e-3
    assert constant["i_dc"].to_numpy() == pytest.approx(expected.to_numpy())
    assert (constant["rate_ext"] == 0).all()


def test_indegrees_of_a_wrong_file_are_refused(tmp_path):
    path = tmp_path / "k.csv"
    path.write_text("target,V1|IV|E\nV1|IV|E,3.0\n")
    with pytest.raises(InputError, match=r"k\.csv: no populations 'V1\|II/III\|E', "):
        build_network(Parameters(connection_params={"K_stable_path": str(path)}))


def test_saved_network_is_the_same(base, tmp_path):
    save_network(base, tmp_path / "network.h5")
    again = load_network(tmp_path / "network.h5")
    assert np.array_equal(again.synapses, base.synapses)
    assert again.areas.loc["V1", "architectural_type"] == 8


def test_source_files_exist():
    files = source_files(Parameters())
    assert all(path.is_file() for path in files)
    assert len(source_files(Parameters(connection_params=BASE))) == len(files) - 1


def test_shipped_experiments(checkout):
    names = ["macaque_base", "macaque_ground_state", "macaque_metastable"]
    files = [checkout / "experiments" / "full_scale" / f"{name}.py" for name in names]
    files.append(checkout / "experiments" / "macaque_downscaled.py")
    experiments = load_experiments(files)
    assert [experiment.model for experiment in experiments] == ["macaque"] * 4
    assert experiments[0].network == Parameters(connection_params=BASE)
    assert experiments[2].network == Parameters()
    assert experiments[3].full_scale_hash == experiments[1].network_hash


def test_sweeps_over_chi_and_kappa(load):
    made = load('model = "macaque"\nsweep = {"chi": [1.0, 2.5], "kappa": [1.0, 1.1]}')
    strengths = [experiment.network.connection_params for experiment in made]
    assert [s.cc_weights_factor for s in strengths] == [1.0, 1.0, 2.5, 2.5]
    assert [s.fac_nu_ext_5E for s in strengths] == [1.0, 1.1, 1.0, 1.1]
    assert [s.fac_nu_ext_6E for s in strengths][:2] == pytest.approx([1.0, 4 / 3])


def test_downscaled_network(checkout):
    (experiment,) = load_experiments([checkout / "experiments" / "macaque_downscaled.py"])
    network = scaling.downscale(build_network(experiment.network), experiment.network, np.ones(254))
    assert network.n_neurons.sum() == 20_648
    assert network.synapses.sum() == pytest.approx(24_126_520_949 * 0.0005, rel=1e-3)
    assert network.rules.weight_distribution == "normal_redrawn"
