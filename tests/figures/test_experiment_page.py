"""The page on an experiment: names, differences, numbers, panels, pictures, provenance."""

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from page_material import MADE, PICTURES, draw_pictures, material, with_pictures

from multiarea.errors import InputError
from multiarea.experiment.differences import leaves
from multiarea.figures import figures
from multiarea.models import get_model, model_names
from multiarea.parameters import AnalysisParameters, Raster, SimulationParameters
from multiarea.stages.experiment_page import page_stage, write_page
from multiarea.stages.page import panels as panels_module
from multiarea.stages.page.numbers import averages, sizes
from multiarea.stages.page.panels import matrix_panels, raster_panel
from multiarea.stages.page.parameters import parameter_rows, shown
from multiarea.stages.page.pictures import ORDER, read_pictures
from multiarea.stages.records import read_record

LEVELS = ["area", "layer", "population"]


def written(folder, one):
    write_page(folder / "experiment.html", one)
    return (folder / "experiment.html").read_text("utf-8")


@pytest.fixture(scope="module")
def page(run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    one = material(run, N_scaling=0.006, connection_params={"g": -6.0})
    return written(folder, with_pictures(one, folder))


def row(*cells):
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def section(text, name):
    """Return the text of a section without tags, a line for each row."""
    body = text.split(f'<section id="{name}"')[1].split("</section>")[0]
    return re.sub(r"<[^>]*>", " ", body.replace("</tr>", "\n").replace("\n\n", "\n"))


def lines(text):
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


# --------------------------------------------------------------------------- head, differences


def test_names_of_the_experiments_and_of_the_model(run, tmp_path):
    text = written(tmp_path, replace(material(run), names=["one", "a<b>&c"]))
    assert "<title>one</title>" in text
    assert "<h1>one, a&lt;b&gt;&amp;c</h1>" in text
    assert get_model("human").__doc__.splitlines()[0] in text


def test_what_differs_with_value_default_unit_and_meaning(page):
    told = lines(section(page, "differs"))
    assert any(line.startswith("net_params.N_scaling 0.006 1") for line in told)
    assert any(line.startswith("g net_params.connection_params.g -6 -5") for line in told)
    assert any(line.startswith("sim_params.t_sim 2500 1000 ms simulated time") for line in told)
    assert "K_scaling" not in section(page, "differs")
    assert "virtual_processes" not in section(page, "differs"), "config.yaml gives it"


def test_nothing_differs(run, tmp_path):
    one = material(run)
    default = SimulationParameters(virtual_processes=2).identity
    records = {**one.records, "spikes": one.records["spikes"]._replace(parameters=default)}
    text = written(tmp_path, replace(one, records=records))
    assert "Nothing: these are the defaults of the model human" in " ".join(
        lines(section(text, "differs"))
    )


@pytest.mark.parametrize("model", model_names())
def test_defaults_of_every_model_do_not_differ_and_all_are_explained(model):
    network = {"parameters": get_model(model).Parameters().identity}
    simulation = SimulationParameters(simulator="procedural").identity
    analysis = AnalysisParameters().identity
    rows = parameter_rows(model, network, simulation, analysis)
    every = [one for own in rows.values() for one in own]
    assert len(every) >= 60
    assert [one.place for one in every if one.differs] == []
    assert [one.place for one in every if not one.meaning and "path" not in one.place] == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (660000000.0, "6.6e8"),
        (5000.0, "5000"),
        (-0.1, "-0.1"),
        (1e-7, "1e-7"),
        (123456789.0, "1.23456789e8"),
        (None, "None"),
        ([0.5, 2.0], "0.5, 2"),
        ([], "()"),
        ("a.csv", "a.csv"),
    ],
)
def test_values_as_they_may_be_written(value, text):
    assert shown(value) == text
    if isinstance(value, float):
        assert float(text) == value


def test_leaves():
    nested = {"a": 1, "b": {"c": {"d": 2}, "e": {}}}
    assert list(leaves(nested)) == [("a", 1), ("b.c.d", 2), ("b.e", {})]


# ---------------------------------------------------------------------------------- key numbers


def table(**columns):
    keys = {"area": ["A", "B"], "layer": ["IV", "IV"], "population": ["E", "I"]}
    return pd.DataFrame({**keys, **columns})


def test_each_average_says_what_it_is_over():
    matrix = pd.DataFrame({"area": list("ABC"), "A": [1, 0.1, 0.2], "B": [0.1, 1, 0.6]})
    matrix["C"] = [0.2, 0.6, 1.0]
    similar = {"signal": ["bold", "bold"], "reference": ["experiment", "synaptic_currents"]}
    similar |= {"hemisphere": ["left", "both"], "subject": ["group"] * 2, "pearson_r": [0.25, 0.5]}
    inputs = {
        "rates": table(rate_spikes_per_s=[1.0, 3.0], n_neurons=[10, 30]),
        "theory": table(rate_1=[2.0, 4.0], rate_2=[9.0, 9.0]),
        "cv": table(cv=[0.5, np.nan]),
        "fc_currents": matrix,
        "fc_similarity": pd.DataFrame({**similar, "n_pairs": 3}),
    }
    found = [tuple(one) for one in averages(inputs, 60_000.0)]
    lowest = "; theory: the lowest of 2 states"
    assert found == [
        ("rate", "2.50", "3.50", "spikes/s", f"mean over all 40 neurons{lowest}"),
        ("rate", "2.00", "3.00", "spikes/s", f"mean over all 2 populations{lowest}"),
        ("CV of inter-spike intervals", "0.500", "", "",
         "mean over the 1 of 2 populations with enough spikes"),
        ("functional connectivity, synaptic currents", "0.300", "", "",
         "mean over 3 pairs of areas, from 60 s of activity"),
        ("similarity of FC, BOLD and experiment, left hemisphere", "0.250", "", "",
         "Pearson correlation over 3 pairs of areas"),
    ]  # fmt: skip


def test_counts_of_neurons_synapses_and_spikes(run):
    counts = {one.quantity: one.simulation for one in sizes(run.inputs, {"t_sim": 2500.0})}
    network = run.inputs["network"]
    assert counts["neurons"] == f"{20 * len(network.populations)}"
    assert counts["synapses"].replace("\u202f", "") == f"{int(network.synapses.sum())}"
    assert counts["spikes recorded"].replace("\u202f", "") == f"{len(run.inputs['spikes'])}"


def test_numbers_stand_on_the_page(page, run):
    told = lines(section(page, "numbers"))
    rates = run.inputs["rates"]
    mean = np.average(rates["rate_spikes_per_s"], weights=rates["n_neurons"])
    (line,) = (line for line in told if "neurons" in line and line.startswith("Rate"))
    assert line.startswith(f"Rate {mean:#.3g} ") and "spikes/s mean over all" in line


# --------------------------------------------------------------------------------------- panels


def test_matrices_name_areas_layers_and_networks(many_areas):
    found = {one["name"]: one for one in matrix_panels(many_areas.inputs, many_areas.context)}
    assert list(found) == ["rates", "fc_currents", "fc_bold"]
    rates, areas = found["rates"], list(many_areas.context.areas)
    fusiform = areas.index("fusiform")
    assert rates["texts"][0][fusiform].startswith("fusiform (Fus), DMN<br>layer II/III, E")
    assert rates["texts"][2][fusiform].endswith("no such population")
    assert rates["values"][2][fusiform] is None
    assert rates["areas"][fusiform] == "Fus"
    table = many_areas.inputs["rates"].set_index(LEVELS)["rate_spikes_per_s"]
    assert rates["values"][0][0] == pytest.approx(table[(areas[0], "II/III", "E")], rel=1e-4)
    values = np.array(found["fc_bold"]["values"], float)
    assert np.isnan(values.diagonal()).all() and np.isfinite(values).sum() == 34 * 33


def test_matrices_are_sorted_by_model_value_and_network(many_areas):
    rates, currents, _ = matrix_panels(many_areas.inputs, many_areas.context)
    areas, networks = many_areas.context.areas, many_areas.inputs["resting_state_networks"]
    orders = rates["orders"]
    assert list(orders) == ["as in the model", "by mean rate", "by resting-state network"]
    assert all(sorted(order) == list(range(34)) for order in orders.values())
    by_area = many_areas.inputs["rates"].assign(
        spikes=lambda t: t["rate_spikes_per_s"] * t["n_neurons"]
    )
    by_area = by_area.groupby("area")[["spikes", "n_neurons"]].sum()
    means = by_area["spikes"] / by_area["n_neurons"]
    assert [areas[n] for n in orders["by mean rate"]][0] == means.idxmax()
    names = [networks["right"][areas[n]] for n in orders["by resting-state network"]]
    assert names == sorted(names, key=names.index) and len(set(names)) == 2
    strength = np.nanmean(np.array(currents["values"], float), axis=0)
    assert (np.diff(strength[currents["orders"]["by mean value"]]) <= 1e-4).all()


def test_the_raster_has_all_spikes_of_its_neurons(run):
    raster = Raster(fraction=1.0, areas=("fusiform",))
    panel = raster_panel(run.inputs["spikes"], raster, run.context)
    (area,) = panel["areas"]
    names = [one["name"] for one in area["populations"]]
    assert names == ["II/III E", "II/III I", "V E", "V I"], "layer IV is absent"
    assert area["n_rows"] == 80 and area["name"] == "fusiform: 100 % of its neurons"
    for one in area["populations"]:
        trains = run.inputs["spikes"].trains(("fusiform", *one["name"].split()))
        assert one["times"] == pytest.approx(trains.times / 1000, abs=6e-5)
        assert len(set(one["rows"])) == (trains.counts > 0).sum()


def test_a_raster_of_too_many_spikes_shows_fewer_neurons(run, monkeypatch):
    monkeypatch.setattr(panels_module, "MOST_SPIKES", 500)
    raster = Raster(fraction=1.0, areas=("fusiform",))
    (area,) = raster_panel(run.inputs["spikes"], raster, run.context)["areas"]
    n = sum(len(one["times"]) for one in area["populations"])
    assert 200 < n < 800 and area["n_rows"] < 20
    assert "100 %" not in area["name"]


# ------------------------------------------------------------------------------------- pictures


def test_pictures_with_captions_overview_first(page, tmp_path):
    captions = re.findall(r"<figcaption><b>(.*?)\.</b> (.*?)</figcaption>", page)
    assert [title for title, _ in captions] == [
        "Population rates",
        "Spike statistics",
        "Zebra stripes",
    ]
    assert captions[0][1] == figures()["population_rates"].caption
    data = [one.data for one in read_pictures(draw_pictures(tmp_path))]
    assert len(data) == len(PICTURES) and all(f'src="{one}"' in page for one in data)


def test_titles_are_spelled_as_elsewhere(tmp_path):
    paths = [tmp_path / f"{name}.gif" for name in ("lvr_boxplot", "bold", "cv_boxplot")]
    for path in paths:
        path.write_bytes(b"GIF89a")
    found = list(read_pictures(paths))
    assert [one.title for one in found] == ["CV boxplot", "LvR boxplot", "BOLD"]
    assert all(one.data.startswith("data:image/gif;base64,") for one in found)


def test_every_figure_has_a_place():
    assert sorted(ORDER) == sorted(figures())


# ----------------------------------------------------------------------------------- provenance


def test_run_times_of_stages_measures_and_pictures(page):
    for name in ("network", "spikes", "theory", "rates", "picture population_rates"):
        assert row(name, "2026-11-22 09:34:39", "311.0", "442.8", "3458") in page


def test_origin_and_checksums(page):
    assert row("commit", "221fa01, with changes") in page
    assert row("machine", "vm, 2") in page and row("nest", "3.10.0") in page
    assert row("tables/a&lt;b&gt;.csv", "d65aef") in page
    assert row("spikes.h5", "aa01") in page and "bb02" not in page
    assert page.index('id="pictures"') < page.index('id="run-times"') < page.index("221fa01")


def test_nothing_is_loaded_from_outside(page):
    addresses = re.findall(r"\b(?:src|href)=\"([^\"]{0,5})", page)
    assert len(addresses) > 8
    assert all(address.startswith(("data:", "#")) for address in addresses)


def test_the_same_page_from_the_same_material(run, tmp_path):
    assert written(tmp_path, material(run)) == written(tmp_path, material(run))


@pytest.mark.parametrize("name", ["silence", "one_area"])
def test_pages_of_runs_with_little_to_show(name, request, tmp_path):
    text = written(tmp_path, material(request.getfixturevalue(name)))
    assert "None were drawn." in text
    assert "nan" not in section(text, "numbers") and "NaN" not in text.split('id="library"')[0]


def test_without_theory(run, tmp_path):
    one = material(run)
    inputs = {name: value for name, value in run.inputs.items() if name != "theory"}
    records = {name: value for name, value in one.records.items() if name != "theory"}
    text = written(tmp_path, replace(one, results=inputs, records=records))
    assert "theory" not in section(text, "numbers")


def test_a_page_with_its_pictures_is_small(page):
    assert len(page) < 3e6


def test_record_of_a_folder(tmp_path):
    for name in ("parameters", "provenance"):
        (tmp_path / f"{name}.json").write_text(json.dumps({"is": name}))
    assert read_record(tmp_path) == ({"is": "parameters"}, {"is": "provenance"})


def test_the_rule_says_which_key_is_missing(tmp_path):
    with pytest.raises(InputError, match="--spec: no key 'parameters'"):
        page_stage({"model": "human", "name": "one"}, {}, [tmp_path / "experiment.html"])
    assert MADE and not list(tmp_path.iterdir())
