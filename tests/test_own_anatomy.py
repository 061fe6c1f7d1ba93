"""The page on own anatomy: its example, the left hemisphere, macaque tables, and wrong tables."""

import re
import shutil

import numpy as np
import pandas as pd
import pytest

import multiarea
from multiarea.build.pipeline import build_network
from multiarea.data.von_economo_koskinas import read_layers
from multiarea.errors import InputError
from multiarea.experiment.differences import differences
from multiarea.files.project import resolve
from multiarea.models import human, macaque
from multiarea.parameters.config import Config
from multiarea.workflow.selection import Selection

PAGE = "docs/how-to/own_anatomy.md"
FOLDER = "experiments/own_anatomy"
AREAS = ("visual", "parietal", "temporal", "frontal")
KEYS = ("areas", "layers", "mapping", "streamlines", "lengths")
FILES = dict(zip(KEYS, ("areas", "layers", "mapping", "streamlines", "lengths_mm"), strict=True))


@pytest.fixture
def own(checkout, tmp_path, load):
    """Load an experiment with the tables of the page, some of them changed or left out."""

    def make(without=(), more="", **texts):
        paths = {}
        for key, name in FILES.items():
            if key not in without:
                file = tmp_path / f"{name}.csv"
                text = (checkout / FOLDER / f"{name}.csv").read_text()
                change = texts.get(key, lambda text: text)
                file.write_text(change(text))
                paths[f"{key}_path"] = str(file)
        return load(f"net_params = {{'own_tables': {paths}{more}}}", "own.py")[0]

    return make


def instead(old, new):
    def change(text):
        assert old in text
        return text.replace(old, new)

    return change


def message(function, *arguments, **options):
    with pytest.raises(InputError) as caught:
        function(*arguments, **options)
    return str(caught.value)


def built(one):
    return build_network(one.model, one.network)


# ---------------------------------------------------------------------------- the example


def test_the_page_shows_the_files(checkout):
    text = (checkout / PAGE).read_text("utf-8")
    blocks = dict(
        re.findall(r'```\w+ title="(experiments/own_anatomy/[^"]+)"\n(.*?)```', text, re.S)
    )
    assert len(blocks) == 5
    for path, shown in blocks.items():
        content = (checkout / path).read_text("utf-8")
        assert content == shown or content.endswith(f'"""\n\n{shown}')
    for name, path in macaque.SOURCES.items():
        assert f"| `{name}_path` | `{path}` |" in text


def test_the_other_pieces_of_the_page(checkout, tmp_path, load, own):
    text = (checkout / PAGE).read_text("utf-8")
    pieces = dict(re.findall(r'```python title="experiments/(\w+)\.py"\n(.*?)```', text, re.S))
    assert load(pieces["left"])[0].network.hemisphere == "left"
    shutil.copy(checkout / macaque.SOURCES["surfaces"], tmp_path / "surfaces.csv")
    surfaces = pieces["own_surfaces"].replace("my_data", str(tmp_path))
    assert load(surfaces)[0].network.own_paths
    shown = re.search(r"own_anatomy/(mapping.csv: unknown .*)\n", text)[1]
    told = message(lambda: built(own(mapping=instead("l,eulaminate", "l,eulaminat"))))
    assert told.endswith(f"/{shown}")


def test_numbers_by_hand(own, checkout):
    network = built(own())
    n = network.populations["n_neurons"]
    share = pd.read_csv(checkout / human.Parameters().cytoarchitecture_params.ei_ratio_path)
    share = share.set_index("layer")["ratio"]
    assert n["visual", "IV", "E"] == round(88000 * 0.51 * share["IV"])
    mean_depth = (0.28 + 0.0) / 2  # frontal: eulaminate, and agranular without layer IV
    assert n["frontal", "IV", "E"] == round(58000 * mean_depth * share["IV"])
    assert list(network.areas.index) == list(AREAS)
    assert network.areas.at["visual", "volume_mm3"] == pytest.approx(4200 * 1.92)
    total = 6.6e8 * 1.92
    between = network.between_areas(network.synapses).loc["visual"]
    assert between["parietal"] == pytest.approx((1 - 0.86) * total * 420 / 745, rel=1e-6)
    of_area = np.asarray(network.area_of)
    delay = network.delay[np.ix_(of_area == "visual", of_area == "frontal")]
    assert np.allclose(delay, 131 / 3.5)


def test_volumes_and_layers_of_the_areas_themselves(own):
    volumes = "area,volume_mm3\nvisual,8064\nparietal,21165\ntemporal,23205\nfrontal,20520\n"
    base = built(own())
    same = built(own(areas=lambda _: volumes))
    assert np.array_equal(base.synapses, same.synapses)
    rows = ["area,layer,neuron_density_per_mm3,thickness_mm"]
    rows += [f"{a},{layer},40000,0.5" for a in AREAS for layer in ("I", "II", "IIIa", "IV", "V")]
    alike = built(own(without=["mapping"], layers=lambda _: "\n".join(rows)))
    sizes = alike.populations["n_neurons"].unstack("area")
    assert (sizes.nunique(axis=1) == 1).all()
    assert alike.areas["thickness_mm"].unique() == pytest.approx([2.5])


def test_von_economo_areas_and_desikan_killiany_names(own):
    def symbols(text):
        pairs = {"koniocortex": "OC", "eulaminate": "PF", "agranular": "FA"}
        for old, new in pairs.items():
            text = text.replace(old, new)
        return text

    mapped = built(own(without=["layers"], mapping=symbols))
    table = read_layers(resolve(human.Parameters().cytoarchitecture_params.src_path))
    thickness = table[table["area"] == "OC"]["thickness_mm"].sum()
    assert mapped.areas.at["visual", "thickness_mm"] == pytest.approx(thickness)

    def named(text):
        for old, new in zip(AREAS, ("cuneus", "insula", "fusiform", "precuneus"), strict=True):
            text = text.replace(old, new)
        return text

    changed = dict.fromkeys(("areas", "streamlines", "lengths"), named)
    few = built(own(without=["layers", "mapping"], **changed)).populations["n_neurons"]
    whole = human.build_network(human.Parameters()).populations["n_neurons"]
    assert few.equals(whole.reindex(few.index))


def test_the_example_runs_with_the_procedural_simulator(checkout, tmp_path):
    text = (checkout / FOLDER / "four_areas.py").read_text()
    text = text.replace("0.02", "0.005").replace("2500.0", '700.0, "simulator": "procedural"')
    (tmp_path / "small.py").write_text(text)
    run = multiarea.Run(tmp_path / "small.py", out=tmp_path / "out")
    assert set(run.measure("rates")["area"]) == set(AREAS)
    assert "fc_currents" in run.measures and "fc_similarity" not in run.measures
    assert "brain_maps" not in run.figures
    for figure in ("raster_areas", "area_connectivity"):
        assert run.plot(figure).is_file()
    told = message(run.plot, "brain_maps")
    assert "not all of these exist for this experiment and its areas" in told


def test_what_is_left_out_is_told(checkout):
    with pytest.warns(UserWarning, match="four_areas: left out.*fc_similarity.*brain_maps"):
        Selection(Config(experiments=(f"{FOLDER}/four_areas.py",)))


# ------------------------------------------------------------------------------- identity


def test_the_hash_knows_the_content_not_the_path(own, checkout, tmp_path, load):
    first = own()
    shipped = load((checkout / FOLDER / "four_areas.py").read_text(), "shipped.py")[0]
    assert shipped.full_scale_hash == first.network_hash
    assert first.whole_hash == first.network_hash
    changed = own(lengths=instead("131", "132"))
    assert changed.network_hash != shipped.full_scale_hash
    shutil.copytree(checkout / FOLDER, tmp_path / "moved")
    text = (checkout / FOLDER / "four_areas.py").read_text().replace(FOLDER, f"{tmp_path}/moved")
    assert load(text, "moved.py")[0].network_hash == shipped.network_hash
    assert differences(shipped)["own_tables"][0] == "areas"


def test_defaults_have_no_new_keys():
    for module in (human, macaque):
        assert not {"hemisphere", "own_tables"} & module.Parameters().identity.keys()


def test_tables_that_are_not_used_may_be_absent(own, checkout, tmp_path, monkeypatch):
    (tmp_path / "Snakefile").touch()
    used = "experimental_data/fraction_EI"
    shutil.copytree(checkout / used, tmp_path / used)
    monkeypatch.chdir(tmp_path)
    one = own()
    assert one.network.unused_paths and len(one.network_hash) == 32


# --------------------------------------------------------------------------- wrong tables

COUNTS = "visual,0,420,310,15"
WRONG = {
    "twice": ({"areas": instead("parietal", "visual")}, "areas.csv, line 3: area 'visual' occurs"),
    "name": ({"areas": instead("visual,", "vis|ual,")}, "line 2: 'vis|ual' in column 'area'"),
    "no surface": ({"areas": instead("surface_mm2", "size")}, "expected one of the columns volume"),
    "flat": ({"areas": instead("4200", "0")}, "0 in column 'surface_mm2', row 'visual'"),
    "text": ({"areas": instead("4200", "big")}, "line 2: 'big' in column 'surface_mm2'"),
    "small": ({"areas": instead("4200", "0.5")}, "more than the 0.5 mm2 of the area 'visual'"),
    "layer": ({"layers": instead("II/III,61", "2/3,61")}, "layers.csv: unknown layer '2/3'"),
    "no layer": ({"layers": instead("II/III,61", ",61")}, "layers.csv: unknown layer ''"),
    "rows": ({"layers": instead("koniocortex,V,", "koniocortex,IV,")}, "'koniocortex, IV' occurs"),
    "density": ({"layers": instead("61000", "-61000")}, "line 3: '-61000' in column"),
    "type": ({"mapping": instead("l,eulaminate", "l,eulaminat")}, "Did you mean 'eulaminate'?"),
    "unmapped": ({"mapping": instead("visual,koniocortex\n", "")}, "mapping.csv: no area 'visual'"),
    "foreign": ({"mapping": instead("visual", "vizual")}, "Did you mean 'vizual'?"),
    "matrix": ({"streamlines": instead(COUNTS + "\n", "")}, "streamlines.csv: no row 'visual'"),
    "isolated": ({"streamlines": instead(COUNTS, "visual,0,0,0,0")}, "no streamlines from other"),
    "negative": ({"streamlines": instead("420,310", "-420,310")}, "-420 in column 'parietal'"),
    "length": ({"lengths": instead("0,48,57", "0,0,57")}, "0 mm from 'parietal' to 'visual'"),
    "column": ({"lengths": instead("area,visual", "area,vis")}, "lengths_mm.csv: no column"),
}


@pytest.mark.filterwarnings("ignore:.*It is used as it is")
@pytest.mark.parametrize("name", WRONG)
def test_one_message_for_a_wrong_table(own, name):
    texts, expected = WRONG[name]
    told = message(lambda: built(own(**texts)))
    assert expected in told and len(told.splitlines()) == 1


def test_layers_without_thickness_and_areas_of_no_atlas(own):
    flat = re.compile(r"(koniocortex,.*),[\d.]+")
    told = message(lambda: built(own(layers=lambda text: flat.sub(r"\1,0", text))))
    assert "thickness_mm is 0 in all layers of 'koniocortex'" in told
    told = message(lambda: built(own(without=["layers", "mapping"])))
    assert "'visual', 'parietal', 'temporal', 'frontal' not among the 34" in told
    assert "expected own_tables.mapping_path or layers_path" in told


def test_names_of_own_areas_are_checked(own):
    more = ", 'areas_simulated': ['visuel'], 'replace_non_simulated_areas': 'nothing'"
    told = message(own, more=more)
    assert "unknown area 'visuel'" in told and "Did you mean 'visual'?" in told
    assert list(AREAS) == list(own(more=more.replace("visuel", "visual")).areas)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (", 'hemisphere': 'left'", "hemisphere has no effect with own_tables"),
        (", 'predictive_connectomic_params': {'con_path': 'x'}", "con_path has no effect"),
        (", 'cytoarchitecture_params': {'src_path': 'x'}", "src_path has no effect"),
    ],
)
def test_what_has_no_effect_is_refused(own, more, expected):
    assert expected in message(own, more=more)


def test_absent_and_incomplete_tables(own, load):
    told = message(own, without=["lengths", "streamlines"])
    assert "streamlines_path, lengths_path are missing" in told and "own_tables" in told
    absent = {f"{key}_path": f"{FOLDER}/{name}.csv" for key, name in FILES.items()}
    absent["areas_path"] = f"{FOLDER}/aras.csv"
    told = message(load, f"net_params = {{'own_tables': {absent}}}")
    assert len(told.splitlines()) == 1 and "net_params.own_tables.areas_path: no such file" in told
    assert "Did you mean 'areas.csv'?" in told
    told = message(load, "net_params = {'own_tables': {'area_path': 'x'}}")
    assert "unknown key. Did you mean 'areas_path'?" in told


# ------------------------------------------------------------------------ left hemisphere


def test_the_left_hemisphere(load, checkout, human_network):
    (one,) = load("net_params = {'hemisphere': 'left'}")
    assert one.network_hash == one.whole_hash != load("net_params = {}")[0].network_hash
    network = human.build_network(one.network)
    files = {path.name for path in human.source_files(one.network)}
    assert {"streamlines_left.csv", "fiber_length_mm_left.csv"} <= files
    counts = pd.read_csv(checkout / "experimental_data/hcp_dti/streamlines_left.csv", index_col=0)
    counts = counts.loc[list(human.AREAS), list(human.AREAS)]
    share = counts.div(counts.sum(axis=1), axis=0).loc["cuneus"]
    between = network.between_areas(network.synapses).loc["cuneus"].drop("cuneus")
    np.testing.assert_allclose(between / between.sum(), share.drop("cuneus"), atol=1e-5)
    assert network.populations["n_neurons"].equals(human_network.populations["n_neurons"])
    assert not human.comparisons(one.network).keys() & {"area_map"}
    assert "experimental_fc" in human.comparisons(one.network)
    told = message(load, "net_params = {'hemisphere': 'lefft'}")
    assert "Did you mean 'left'?" in told


# -------------------------------------------------------------------------------- macaque


def test_every_macaque_table_has_a_key():
    assert set(macaque.parameters.MacaqueTables.model_fields) == {
        f"{name}_path" for name in macaque.SOURCES
    }


@pytest.fixture
def changed(tmp_path, checkout, load):
    """Load a macaque experiment with one changed table."""

    def make(name, change):
        file = tmp_path / f"{name}.csv"
        file.write_text(change((checkout / macaque.SOURCES[name]).read_text("utf-8")), "utf-8")
        content = f"{{'own_tables': {{'{name}_path': '{file}'}}, {BASE}}}"
        return load(f"model = 'macaque'\nnet_params = {content}")[0]

    return make


BASE = "'connection_params': {'K_stable_path': None}"


def test_a_macaque_table_by_path(changed, load):
    (base,) = load(f"model = 'macaque'\nnet_params = {{{BASE}}}")
    copy = changed("surfaces", str)
    hashes = {base.network_hash, copy.network_hash}
    assert np.array_equal(built(copy).synapses, built(base).synapses)
    one = changed("surfaces", instead("1484.629", "2969.258"))
    network = built(one)
    assert network.areas.at["V1", "area_surface_mm2"] == 2969.258
    assert len(hashes | {one.network_hash}) == 3
    lines = changed(
        "microcircuit", lambda t: "\n".join([t.splitlines()[0], *t.splitlines()[:0:-1]])
    )
    assert np.array_equal(built(lines).synapses, built(base).synapses)
    told = message(load, "model = 'macaque'\nnet_params = {'own_tables': {'neun_path': 'x.csv'}}")
    assert "expected K_stable_path with None" in told


@pytest.mark.parametrize(
    ("name", "change", "expected"),
    [
        (
            "tracing",
            instead("1,M81LH,V2,V1,7.66e-01", "1,M81LH,V2,V1,7.66"),
            "7.66 in column 'fln'",
        ),
        ("injections", instead("V1,1,M81LH,V1\n", ""), "injections.csv: no case 1, which has"),
        ("overlap", lambda t: "\n".join(t.split("\n")[:3]), "0 connections between areas of the"),
        ("probabilities", instead("0.101", "1.01"), "expected a probability below 1"),
        ("laminar_tracing", instead("0.89049149", "89.05"), "89.05 in column 'sln'"),
        ("surfaces", instead("V2,", "V2b,"), "surfaces.csv: no area 'V2'"),
        ("types", instead("STPa,", "STPx,"), "unknown area 'STPx'"),
        ("types", instead("STPp,4", "STPp,3"), "types.csv: type 3 of 'STPp'; expected one of"),
        ("total_thickness", lambda t: "\n".join(t.split("\n")[:2]), "1 areas with a thickness_mm"),
        ("laminar_thickness", lambda t: "\n".join(t.split("\n")[:2]), "0 areas with both IV"),
        ("nissl", instead("V1,173360", "V1,0"), "nissl.csv: 0 in column 'overall', row 'V1'"),
        ("microcircuit", instead("IV,E", "IVa,E"), "no population 'IV|E'"),
        ("distances", lambda t: t.replace("V3A", "V3X"), "distances.csv: no area 'V3A'"),
        ("cell_types", instead("nb1,,", "nb7,,"), "line 2: 'nb7' in column 'cell_type'"),
        (
            "injections",
            lambda t: t.split("\n")[0] + "\nV1,1,M81LH,nowhere\n",
            "no area of the model",
        ),
    ],
)
def test_one_message_for_a_wrong_macaque_table(changed, name, change, expected):
    told = message(lambda: built(changed(name, change)))
    assert expected in told and len(told.splitlines()) == 1
