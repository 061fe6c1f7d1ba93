"""The committed full-scale results agree with what was published, where the page says so."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest

from multiarea.analysis.distributions import ks_distance
from multiarea.analysis.functional_connectivity import fc_similarity
from multiarea.data.single_units import load_experimental_units
from multiarea.data.sources import load_source
from multiarea.experiment.finding import find_experiment
from multiarea.files.atomic import checksum
from multiarea.files.project import project_root
from multiarea.models import get_model
from multiarea.network.network import LEVELS
from multiarea.parameters import AnalysisParameters
from multiarea.parameters.config import ExperimentalData
from multiarea.summary import DOWN_SCALED, FULL_SCALE
from multiarea.workflow.sources import source_files
from publications.pronold2024.inputs import Published
from publications.pronold2024.paths import first_per_area, path_delays
from publications.reproduction import facts, rows, scales, summaries, table

STATES = ("groundstate", "bestfit")
ALL = summaries() | summaries(project_root() / DOWN_SCALED)


@pytest.fixture(scope="module")
def found():
    return rows()


def test_every_comparison_agrees(found):
    """Those that do not would be listed here, with their reason on the page."""
    judged = [row for row in found if row.limit is not None]
    assert len(judged) >= 14
    others = [
        f"{row.state}: {row.quantity}"
        for row in judged
        if not row.agrees and row.state != "macaque, χ = 1.9"
    ]
    assert others == [
        "human, best fit, χ = 2.5: Kolmogorov-Smirnov distance to the published distribution, CV "
        "of neurons of caudal ACC",
        "human, best fit, χ = 2.5: Pearson r with the published functional connectivity (currents)",
        "human, sweep over χ: similarity of CV to recorded neurons, χ = 2.5",
        "human, sweep over χ: similarity of LvR to recorded neurons, χ = 2.4",
    ]


def test_limits_that_rest_on_data(found):
    """What two seeds have in common, and what tells the two published states apart."""
    limits = [1 - row.limit for row in found if row.quantity.startswith("Pearson")]
    assert limits == pytest.approx([0.37, 0.94], abs=0.01)
    published = Published(project_root() / "simulated_data/pronold2024")
    for quantity, distance in (("rate", 0.11), ("cv", 0.45), ("lvr", 0.53)):
        states = (published.sample("default", state, quantity) for state in STATES)
        assert ks_distance(*states) == pytest.approx(distance, abs=0.005)


def test_theory_has_the_rates_of_the_ground_state(found):
    """Of the macaque model: within 6 %."""
    rates = [row for row in found if row.state == "macaque, χ = 1" and row.mean_field is not None]
    assert len(rates) == 8
    assert all(row.mean_field == pytest.approx(row.own, rel=0.06) for row in rates)


def test_nest_has_the_rates_of_the_microcircuit(found):
    """At full scale: within 1.1 %."""
    rates = [row for row in found if row.nest is not None]
    assert [row.experiment for row in rates] == ["microcircuit_procedural"] * 8
    assert all(row.nest == pytest.approx(row.own, rel=0.011) for row in rates)


def test_two_seconds_are_not_the_averages_of_the_metastable_state(found):
    """What the page says of them."""
    metastable = [row for row in found if row.state == "macaque, χ = 1.9"]
    agree = {
        kind: sum(row.agrees for row in metastable if row.quantity.startswith(kind))
        for kind in ("rate", "LvR", "correlation")
    }
    assert agree == {"rate": 1, "LvR": 2, "correlation": 6}
    rates = [row for row in metastable if row.quantity.startswith("rate")]
    ratios = [row.own / row.published for row in rates]
    assert 1.05 <= min(ratios) and max(ratios) <= 1.22
    assert all(row.second < 0.96 * row.published for row in rates)
    folder = ALL["macaque_chi_1_9"]
    sizes = table(folder, "rates").groupby("area")["n_neurons"].sum()
    arrays = table(folder, "rate_histograms")
    mean = np.average(arrays["area_rate"], axis=0, weights=sizes[arrays["area"]])
    quarters = mean.reshape(8, -1).mean(axis=1)
    for name, expected in (("macaque_chi_1", 0.0), ("macaque_chi_1_9", 0.41)):
        likeness = table(ALL[name], "fc_similarity").set_index(["signal", "reference", "subject"])
        r = likeness.loc[("synaptic_currents", "experiment", "group"), "pearson_r"].mean()
        assert r == pytest.approx(expected, abs=0.01)
    assert (round(quarters.min()), round(quarters.max())) == (12, 23)


@pytest.mark.parametrize("name", ALL)
def test_a_summary_is_of_the_experiment_that_it_names(name, checkout):
    """Of the present model: a summary whose network would be another one is out of date."""
    told = facts(ALL[name])
    experiment = find_experiment(
        told["file"] + ("@" + name.partition("@")[2] if "@" in name else "")
    )
    assert experiment.name == name
    assert told["network_hash"] == experiment.network_hash
    assert told["simulation_hash"] == experiment.simulation_hash
    assert (told["N_scaling"] == told["K_scaling"] == 1) == (name in summaries())


@pytest.mark.parametrize("name", ALL)
def test_the_tables_of_a_summary_are_those_that_were_written(name):
    folder = ALL[name]
    assert facts(folder)["tables_sha256"] == {
        path.stem: checksum(path) for path in folder.glob("*.csv")
    }


@pytest.mark.parametrize("name", ALL)
def test_the_tables_of_a_summary_tell_of_the_same_run(name):
    folder = ALL[name]
    told, rates = facts(folder), pd.read_csv(folder / "rates.csv")
    assert rates["n_neurons"].sum() == told["n_neurons"]
    seconds = told["t_sim_ms"] / 1000
    mean = told["n_spikes"] / told["n_neurons"] / seconds
    assert told["mean_rate_spikes_per_s"] == pytest.approx(mean, abs=1e-6)
    assert 0.5 < rates["n_spikes"].sum() / told["n_spikes"] < 1  # without the transient
    mean = (rates["rate_spikes_per_s"] * rates["n_neurons"]).sum() / told["n_neurons"]
    tables = {path.stem for path in folder.glob("*.csv")}
    assert tables >= {"rates", "cv", "lvr", "correlation"}
    if "@" not in name:
        single = table(folder, "rates_individual")["rate"].astype(float)
        assert len(single) == told["n_neurons"]
        assert single.mean() == pytest.approx(mean, rel=1e-3)
        assert "raster" in tables


@pytest.mark.parametrize("name", ALL)
def test_each_table_follows_from_another(name):
    folder = ALL[name]
    stems = {path.stem for path in folder.glob("*.csv")}
    tables = {stem: table(folder, stem) for stem in stems}
    for stem in stems & {"fc_currents", "fc_bold"}:
        matrix = tables[stem].set_index("area").to_numpy(float)
        assert np.allclose(np.diag(matrix), 1) and np.nanmax(np.abs(matrix)) < 1 + 1e-6
        assert np.allclose(matrix, matrix.T, equal_nan=True)
    if "rate_histograms" in stems:
        totals = tables["rates"].groupby("area")[["n_spikes", "n_neurons"]].sum()
        seconds = facts(folder)["t_sim_ms"] / 1000 - 0.5
        found = totals["n_spikes"] / totals["n_neurons"] / seconds
        arrays = tables["rate_histograms"]
        assert arrays["area_rate"].mean(axis=1) == pytest.approx(found[arrays["area"]], rel=2e-3)
    if "raster" in stems:
        spikes = np.concatenate([train.times for train in tables["raster"].trains.values()])
        start, stop = tables["raster"].window
        assert start <= spikes.min() and spikes.max() <= stop
    if "temporal_hierarchy" in stems:
        position = tables["temporal_hierarchy"]["position"]
        assert (np.nanmin(position), np.nanmax(position)) == (0, 1)


@pytest.mark.parametrize("name", [name for name in summaries() if "chi@" in name or "base" in name])
def test_similarities_are_those_of_the_samples(name, checkout):
    units = load_experimental_units(checkout / "experimental_data/minxha2020")
    told = table(ALL[name], "activity_similarity").set_index("quantity")
    for quantity, sample in table(ALL[name], "single_units").items():
        distance = ks_distance(sample, getattr(units, quantity))
        assert told.loc[quantity, "ks_distance"] == pytest.approx(distance, abs=2e-3)
        assert told.loc[quantity, "similarity"] == pytest.approx(1 - distance, abs=2e-3)
        assert told.loc[quantity, "n_simulated"] == len(sample)


@pytest.mark.parametrize(
    "name", [name for name in ALL if (ALL[name] / "fc_similarity.csv").is_file()]
)
def test_similarities_of_functional_connectivity_are_those_of_the_matrices(name):
    """Computed again by the measure, with the experimental data that come with the software."""
    module = get_model(facts(ALL[name])["model"])
    source = source_files(module, ExperimentalData())["experimental_fc"]
    currents = table(ALL[name], "fc_currents")
    has_bold = (ALL[name] / "fc_bold.csv").is_file()
    found = fc_similarity(
        fc_currents=currents,
        fc_bold=table(ALL[name], "fc_bold") if has_bold else currents,
        experimental_fc=load_source("experimental_fc", source, module.AREAS),
        parameters=AnalysisParameters(),
    )
    told = table(ALL[name], "fc_similarity")
    if not has_bold:
        found, told = (one[one["signal"] == "synaptic_currents"] for one in (found, told))
    assert len(found) == len(told) > 0
    for column in ("pearson_r", "similarity_rmse"):
        assert told[column].to_numpy() == pytest.approx(found[column].to_numpy(), abs=2e-4)


def test_the_low_state_changes_little_with_chi():
    """Mean rate, CV, LvR and correlation at full scale, within 10 % of those at chi = 1."""
    full = {chi: found for chi, told, found in scales() if told["N_scaling"] == 1 and chi < 2.5}
    for chi, found in full.items():
        for name in ("rate", "cv", "lvr", "correlation"):
            assert found[name] == pytest.approx(full[1][name], rel=0.1), (chi, name)


@pytest.mark.parametrize(
    ("name", "ratio"), [("rates", 1), ("cv", 1.08), ("lvr", 1.14), ("correlation", 0.72)]
)
def test_two_runs_of_the_base_state_are_alike(name, ratio):
    """Means over populations: in the longer run slower neurons have enough spikes to count."""
    column = {"rates": "rate_spikes_per_s"}.get(name, name)
    long, short = (
        table(ALL[run], name)[column].mean() for run in ("human_base", "human_chi@chi=1")
    )
    assert long / short == pytest.approx(ratio, rel=0.02)


@pytest.mark.parametrize(("folder", "limit"), [(FULL_SCALE, 5e6), (DOWN_SCALED, 3e6)])
def test_all_tables_together_are_small(checkout, folder, limit):
    files = [path for path in (checkout / folder).rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < limit


def test_what_the_page_on_scales_says():
    """Mean correlation and similarity of rates by (N, K) at chi = 1; the largest scale first."""
    found = {
        (told["N_scaling"], told["K_scaling"]): statistics
        for chi, told, statistics in scales()
        if chi == 1
    }
    assert next(iter(found)) == (1, 1)
    correlation = {scale: values["correlation"] for scale, values in found.items()}
    assert correlation[1, 1] < 4e-4 and correlation[0.1, 0.1] < 4e-4
    assert correlation[0.1, 1] > 10 * correlation[1, 1]
    assert correlation[0.01, 0.1] > 20 * correlation[1, 1]
    assert correlation[0.01, 1] > 500 * correlation[1, 1]
    for name in ("rate", "cv", "lvr", "similarity_rates"):
        assert found[0.1, 1][name] == pytest.approx(found[1, 1][name], rel=0.05), name
    similarity = {scale: values["similarity_rates"] for scale, values in found.items()}
    assert all(similarity[scale] < similarity[1, 1] - 0.1 for scale in found if scale[1] < 1)


def test_down_scaled_networks_stay_in_the_low_state():
    """Mean rates up to chi = 2.6, where neurons do not share most of their input."""
    for scale in ((0.1, 1), (0.1, 0.1), (0.01, 0.1)):
        rates = [
            statistics["rate"]
            for _, told, statistics in scales()
            if (told["N_scaling"], told["K_scaling"]) == scale
        ]
        assert len(rates) == 5 and max(rates) < 1.1 * min(rates)


def test_the_full_network_jumps_between_chi_2_4_and_2_5():
    full = {
        chi: values for chi, told, values in scales() if told["K_scaling"] == told["N_scaling"] == 1
    }
    low = [values for chi, values in full.items() if chi <= 2.4]
    assert len(low) >= 7 and max(values["rate"] for values in low) < 0.65
    high = [full[2.5], full[2.6]]
    assert [values["rate"] for values in high] == pytest.approx([4.83, 5.31], abs=0.01)
    for values in high:
        assert values["correlation"] > 100 * max(one["correlation"] for one in low)
        assert values["similarity_lvr"] > 0.89
    assert max(values["similarity_lvr"] for values in low) < 0.5


@pytest.mark.parametrize(
    ("chi", "of_areas", "n_same"), [(1, (29.6, 0.91, 2), 0), (2.5, (19.8, 0.90, 26), 41)]
)
def test_one_spike_reaches_all_areas_near_the_shortest_delays(human_network, chi, of_areas, n_same):
    """`of_areas`: mean first difference [ms], r with the shortest path, areas before it."""
    mean, r, n_earlier = of_areas
    source = ("pericalcarine", "IV", "E")
    folder = ALL[f"human_single_spike@chi={chi},single_spike=pericalcarine-IV-E-2000"]
    first = table(folder, "first_differences").reindex(human_network.populations.index)
    delay = path_delays(human_network)[:, human_network.populations.index.get_loc(source)]
    assert len(first) == 254 and first.isna().sum() == n_same
    assert chi == 2.5 or first.max() < 55
    rates = table(folder, "rates").set_index(LEVELS)["rate_spikes_per_s"]
    assert (rates[first[first.isna()].index] < 0.003).all()
    found, shortest = (
        first_per_area(np.asarray(values), human_network.area_of) for values in (first, delay)
    )
    assert found.mean() == pytest.approx(mean, abs=0.05)
    assert shortest.mean() == pytest.approx(22.9, abs=0.05)
    assert np.corrcoef(found, shortest)[0, 1] == pytest.approx(r, abs=0.006)
    assert (found < shortest).sum() == n_earlier


def test_a_wrong_table_is_noticed(tmp_path, checkout):
    name = "microcircuit_procedural"
    shutil.copytree(checkout / "simulated_data/full_scale" / name, tmp_path / name)
    assert all(row.agrees for row in rows(tmp_path))
    path = tmp_path / name / "rates.csv"
    rates = pd.read_csv(path)
    rates.loc[rates["layer"] == "V", "rate_spikes_per_s"] *= 1.2
    rates.to_csv(path, index=False)
    wrong = [row.quantity for row in rows(tmp_path) if not row.agrees]
    assert wrong == ["rate (spikes/s), V E", "rate (spikes/s), V I"]
    assert json.loads((tmp_path / name / "run.json").read_text("utf-8"))["experiment"] == name
