"""Values of the shipped tables, checked by hand against the printed sources, and wrong tables."""

from pathlib import Path

import numpy as np
import pytest
from scipy.io import savemat

from multiarea.data import desikan_killiany, hcp_dti, layers, potjans_diesmann, single_units
from multiarea.data.experimental_fc import read_functional_connectivity
from multiarea.errors import InputError

ROOT = Path(__file__).parents[2]
DATA = ROOT / "experimental_data"


@pytest.fixture
def areas():
    return list(desikan_killiany.read_volumes(DATA / "desikan_killiany/volumes.csv").index)


def refused(call, tmp_path, content, expected):
    path = tmp_path / "table.csv"
    path.write_text(content, "utf-8")
    with pytest.raises(InputError) as caught:
        call(path)
    assert str(caught.value).startswith(str(path)) and expected in str(caught.value)


def cells(names):
    """Return names as MATLAB stores a cell array of character vectors."""
    result = np.empty((len(names), 1), dtype=object)
    result[:, 0] = names
    return result


def test_volumes():
    volumes = desikan_killiany.read_volumes(DATA / "desikan_killiany/volumes.csv")
    assert len(volumes) == 34
    assert volumes.index[0] == "bankssts" and volumes.index[-1] == "insula"
    assert volumes["bankssts"] == 3221 and volumes["insula"] == 13994
    assert volumes.sum() == 378697


@pytest.mark.parametrize("as_cells", [True, False])
def test_volumes_of_mat_file_are_the_same(tmp_path, as_cells):
    volumes = desikan_killiany.read_volumes(DATA / "desikan_killiany/volumes.csv")
    names = cells(list(volumes.index)) if as_cells else list(volumes.index)
    path = tmp_path / "volumes.mat"
    savemat(path, {"Volume": volumes.to_numpy()[:, None], "HumanDKNames": names})
    assert desikan_killiany.read_volumes(path).equals(volumes)


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"Volume": [1.0, 2.0]}, "no variable 'HumanDKNames'"),
        ({"volume": [1.0], "HumanDKNames": cells(["A"])}, "Did you mean 'volume'?"),
        ({"Volume": [1.0, 2.0, 3.0], "HumanDKNames": cells(["A", "B"])}, "expected 2 numbers"),
        ({"Volume": [1.0, np.nan], "HumanDKNames": cells(["A", "B"])}, "holds NaN"),
        ({"Volume": [1.0, -2.0], "HumanDKNames": cells(["A", "B"])}, "negative"),
        ({"Volume": [1.0, 2.0], "HumanDKNames": cells(["A", "A"])}, "'A' occurs twice"),
        ({"Volume": [1.0, 2.0], "HumanDKNames": [1.0, 2.0]}, "entry 1 of HumanDKNames is not text"),
    ],
)
def test_wrong_mat_file(tmp_path, variables, expected):
    path = tmp_path / "volumes.mat"
    savemat(path, variables)
    with pytest.raises(InputError) as caught:
        desikan_killiany.read_volumes(path)
    assert "volumes.mat" in str(caught.value) and expected in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"area,volume_mm3\n", b"\0" * 600, b"MATLAB 7.3 \x89HDF"])
def test_damaged_mat_file(tmp_path, content):
    path = tmp_path / "volumes.mat"
    path.write_bytes(content)
    with pytest.raises(InputError, match="volumes.mat: .*expected a MATLAB file"):
        desikan_killiany.read_volumes(path)


def test_wrong_volumes(tmp_path):
    read = desikan_killiany.read_volumes
    refused(read, tmp_path, "area,volume_mm3\nA,1\nA,2\n", "area 'A' occurs twice")
    refused(read, tmp_path, "area,volume_mm3\nA,-1\n", "-1 in column 'volume_mm3', row 'A'")
    refused(read, tmp_path, "area,volume\nA,1\n", "Did you mean 'volume'?")


def test_mapping(areas, tmp_path):
    mapping = desikan_killiany.read_mapping(DATA / "desikan_killiany/to_von_economo.csv")
    assert len(mapping) == 55
    assert set(mapping["desikan_killiany_area"]) == set(areas)
    frontal = mapping[mapping["desikan_killiany_area"] == "rostralmiddlefrontal"]
    assert list(frontal["von_economo_area"]) == ["FD\u0394", "FD", "FC"]
    header = "desikan_killiany_area,von_economo_area\n"
    refused(desikan_killiany.read_mapping, tmp_path, header + "a,B\na,B\n", "'a, B' occurs twice")


def test_connectivity(areas):
    data = hcp_dti.read_connectivity(DATA / "hcp_dti", areas)
    assert list(data.streamlines.index) == list(data.streamlines.columns) == areas
    assert data.streamlines.at["bankssts", "inferiorparietal"] == 68.89767441860465
    assert data.fiber_length_mm.at["bankssts", "caudalanteriorcingulate"] == 79.55777253854924
    assert (data.streamlines > 0).sum().sum() == 336
    assert np.diag(data.fiber_length_mm).tolist() == [0] * 34


def test_connectivity_of_mat_file_in_another_order_is_the_same(tmp_path, areas):
    expected = hcp_dti.read_connectivity(DATA / "hcp_dti", areas)
    order = sorted(areas, reverse=True)
    streamlines, lengths = (
        matrix.loc[order, order].to_numpy()
        for matrix in (expected.streamlines, expected.fiber_length_mm)
    )
    path = tmp_path / "connectivity.mat"
    variables = {"C_L": lengths, "C_R": streamlines, "LowResDK_EstimatedDist_RHem": lengths}
    savemat(path, variables | {"DK_Names": cells(order)})
    found = hcp_dti.read_connectivity(path, areas)
    assert found.streamlines.equals(expected.streamlines)
    assert found.fiber_length_mm.equals(expected.fiber_length_mm)
    with pytest.raises(InputError, match="no area 'V1'; expected all 1 areas"):
        hcp_dti.read_connectivity(path, ["V1"])


def test_connectivity_keeps_target_and_source_apart(tmp_path):
    (tmp_path / "streamlines_right.csv").write_text("area,B,A\nA,1,0\nB,0,2\n")
    (tmp_path / "fiber_length_mm_right.csv").write_text("area,A,B\nA,0,5\nB,7,0\n")
    with pytest.warns(UserWarning, match="used as it is, rows as targets and columns as sources"):
        data = hcp_dti.read_connectivity(tmp_path, ["B", "A"])
    assert data.streamlines.at["A", "B"] == 1 and data.streamlines.at["B", "A"] == 2
    assert data.fiber_length_mm.to_numpy().tolist() == [[0, 7], [5, 0]]


def test_wrong_connectivity(tmp_path):
    read = hcp_dti.read_connectivity
    with pytest.raises(InputError, match="expected a .mat file or a folder with streamlines_right"):
        read(tmp_path / "nowhere", ["A"])
    with pytest.raises(InputError, match="streamlines_right.csv: no such file"):
        read(tmp_path, ["A"])
    (tmp_path / "streamlines_right.csv").write_text("area,A,B\nA,0,-1\nB,1,0\n")
    (tmp_path / "fiber_length_mm_right.csv").write_text("area,A\nA,0\n")
    with pytest.raises(InputError, match="streamlines_right.csv: -1 in column 'B', row 'A'"):
        read(tmp_path, ["A", "B"])
    (tmp_path / "streamlines_right.csv").write_text("area,A,B\nA,0,1\nB,1,0\n")
    with pytest.raises(InputError, match="fiber_length_mm_right.csv: no area 'B'"):
        read(tmp_path, ["A", "B"])


def connectome(folder, streamlines, lengths="area,A,B,C\nA,0,5,6\nB,5,0,7\nC,6,7,0\n"):
    (folder / "streamlines_right.csv").write_text(streamlines)
    (folder / "fiber_length_mm_right.csv").write_text(lengths)
    return folder


CONNECTED = "area,A,B,C\nA,0,2,3\nB,2,0,4\nC,3,4,0\n"


def test_the_diagonal_holds_no_connections(tmp_path, areas):
    expected = hcp_dti.read_connectivity(connectome(tmp_path, CONNECTED), list("ABC"))
    own = CONNECTED.replace("A,0,2,3", "A,100,2,3")
    with pytest.warns(UserWarning) as warned:
        found = hcp_dti.read_connectivity(connectome(tmp_path, own), list("ABC"))
    (warning,) = warned
    text = str(warning.message)
    assert "streamlines_right.csv: the diagonal is not 0, but 100 for 'A', for example" in text
    assert found.streamlines.equals(expected.streamlines)
    order = list(areas)
    matrix = np.ones((34, 34))
    variables = {"C_R": matrix, "LowResDK_EstimatedDist_RHem": matrix, "DK_Names": cells(order)}
    savemat(tmp_path / "c.mat", variables)
    with pytest.warns(UserWarning, match="c.mat: C_R: the diagonal is not 0, but 1 for 'bankssts'"):
        found = hcp_dti.read_connectivity(tmp_path / "c.mat", areas)
    assert found.streamlines.to_numpy().sum() == 34 * 33


def test_areas_that_the_model_lacks_are_named(tmp_path):
    more = "area,A,B,C,thalamus\nA,0,2,3,9\nB,2,0,4,9\nC,3,4,0,9\nthalamus,9,9,9,0\n"
    with pytest.warns(UserWarning) as warned:
        found = hcp_dti.read_connectivity(connectome(tmp_path, more), list("ABC"))
    (warning,) = warned
    assert "csv: 'thalamus' not among the 3 areas of the model: left out" in str(warning.message)
    assert found.streamlines.to_numpy().sum() == 18


@pytest.mark.parametrize(
    ("streamlines", "lengths", "expected"),
    [
        (CONNECTED.replace("A", "Ab"), None, "no area 'A'; expected all 3 areas of the model. Did"),
        (
            "area,A,B,C\nA,0,2,0\nB,2,0,0\nC,0,0,5\n",
            None,
            "streamlines_right.csv: no streamlines from other areas to 'C'; expected some to each",
        ),
        (
            CONNECTED,
            "area,A,B,C\nA,0,5,6\nB,5,0,0\nC,6,0,0\n",
            "fiber_length_mm_right.csv: 0 mm from 'C' to 'B', between which there are streamlines",
        ),
        (CONNECTED, "area,A,B,C\nA,0,inf,6\nB,5,0,7\nC,6,7,0\n", "'inf' in column 'B'"),
        (CONNECTED, "area,A,B,C\nA,0,-5,6\nB,5,0,7\nC,6,7,0\n", "-5 in column 'B', row 'A'"),
        (CONNECTED.replace(",", ";"), None, "separated by semicolons; expected commas"),
        (CONNECTED.replace(",", "\t"), None, "separated by tabs; expected commas"),
        (CONNECTED.replace(",", ";").replace("3", "3,5"), None, "separated by semicolons"),
        ("0,2,3\n2,0,4\n3,4,0\n", None, "only numbers; expected a square matrix with row and"),
    ],
)
@pytest.mark.filterwarnings("ignore:.*the diagonal is not 0")
def test_connectomes_that_cannot_be_right(tmp_path, streamlines, lengths, expected):
    connectome(tmp_path, streamlines, *([lengths] if lengths else []))
    with pytest.raises(InputError) as caught:
        hcp_dti.read_connectivity(tmp_path, list("ABC"))
    assert expected in str(caught.value)


def test_a_missing_area_is_not_taken_for_another_one(tmp_path, areas):
    text = (DATA / "hcp_dti/streamlines_right.csv").read_text()
    lengths = (DATA / "hcp_dti/fiber_length_mm_right.csv").read_text()
    connectome(tmp_path, text.replace("entorhinal", "entorinal"), lengths)
    with pytest.raises(InputError) as caught:
        hcp_dti.read_connectivity(tmp_path, areas)
    expected = "no area 'entorhinal'; expected all 34 areas of the model. Did you mean 'entorinal'?"
    assert expected in str(caught.value)
    connectome(tmp_path, text.replace("entorhinal", "xyz"), lengths)
    with pytest.raises(InputError) as caught:
        hcp_dti.read_connectivity(tmp_path, areas)
    assert str(caught.value).endswith("expected all 34 areas of the model.")


def test_functional_connectivity(areas, tmp_path):
    right = read_functional_connectivity(
        DATA / "hcp_fmri/functional_connectivity_fisher_z_right.csv", areas
    )
    assert right.at["bankssts", "caudalanteriorcingulate"] == 0.249592
    assert right.shape == (34, 34) and right.to_numpy().min() == 0
    assert right.to_numpy().sum() == pytest.approx(352.245744, abs=1e-6)
    simulated = read_functional_connectivity(
        ROOT / "simulated_data/pronold2024/fc_simulated_default_bestfit.csv", areas
    )
    assert list(simulated.columns) == areas
    assert simulated.at["bankssts", "caudalanteriorcingulate"] == 0.043816
    assert np.diag(simulated).tolist() == [1] * 34
    content = "area,A,B\nA,0,0.5\nB,0.4,0\n"
    refused(read_functional_connectivity, tmp_path, content, "expected a symmetric matrix")


def test_fraction_excitatory(tmp_path):
    read = layers.read_fractions
    assert read(DATA / "fraction_EI/lichtman.csv").to_dict() == {
        "II/III": 0.65,
        "IV": 0.79,
        "V": 0.78,
        "VI": 0.86,
    }
    # 20683 E and 5834 I neurons of layer 2/3 in the microcircuit
    binzegger = read(DATA / "fraction_EI/binzegger.csv")
    assert binzegger["II/III"] == pytest.approx(20683 / 26517, abs=1e-6)
    header = "layer,ratio\n"
    refused(read, tmp_path, header + "II/III,.6\nIV,.7\nV,.8\n", "no layer 'VI'")
    refused(read, tmp_path, header + "II/III,.6\nIV,.7\nV,.8\nVI,1.2\n", "ratio 1.2 of layer 'VI'")
    refused(read, tmp_path, header + "L4,.7\n", "unknown layer 'L4'")
    refused(read, tmp_path, header + "IV,.7\nIV,.7\n", "layer 'IV' occurs twice")


def test_synapse_to_cell_body(tmp_path):
    read = layers.read_cell_body_probabilities
    mohan = read(DATA / "synapse_to_cell_body/mohan.csv")
    assert mohan.shape == (8, 5)
    assert mohan.at[("II/III", "E"), "I"] == 0.9278774811692967
    assert mohan.xs("I", level="population").to_numpy().sum() == 0
    binzegger = read(DATA / "synapse_to_cell_body/binzegger.csv")
    assert binzegger.at[("VI", "I"), "VI"] == 0.14669613999222625
    assert binzegger.sum().tolist() == pytest.approx([1] * 5)
    header = "layer,population,I,II/III,IV,V,VI\n"
    rows = "IV,E,1,1,1,1,1\n"
    refused(read, tmp_path, header + rows * 2, "'IV, E' occurs twice")
    refused(read, tmp_path, header + "IV,E,1,1,.9,1,1\n", "column 'IV' sums to 0.9; expected 1")
    refused(read, tmp_path, header + "IV,X,1,1,1,1,1\n", "unknown population 'X'")
    refused(read, tmp_path, header + "V,E,2,1,1,1,1\nV,I,-1,0,0,0,0\n", "-1 in column 'I'")


def test_microcircuit_populations(tmp_path):
    read = potjans_diesmann.read_populations
    populations = read(DATA / "potjans_diesmann/populations.csv")
    assert populations["n_neurons"].sum() == 77169
    assert list(populations["k_ext"]) == [1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100]
    refused(read, tmp_path, "layer,population,n_neurons,k_ext\nV,E,-5,1\n", "row 'V, E'")


def test_microcircuit_connections_give_the_published_number_of_synapses(tmp_path):
    read = potjans_diesmann.read_connection_probabilities
    populations = potjans_diesmann.read_populations(DATA / "potjans_diesmann/populations.csv")
    probability = read(DATA / "potjans_diesmann/connection_probabilities.csv")
    assert probability.index.equals(populations.index)
    assert probability.at[("II/III", "E"), ("II/III", "I")] == 0.1689
    assert probability.at[("VI", "E"), ("VI", "I")] == 0.2252
    n = populations["n_neurons"].to_numpy(float)
    synapses = np.log1p(-probability.to_numpy()) / np.log1p(-1 / np.outer(n, n))
    assert round(synapses.sum()) == 298880969
    refused(read, tmp_path, "t,IV|E\nIV|E,1\n", "1 in column 'IV, E', row 'IV, E'; expected a prob")
    refused(read, tmp_path, "t,IVE\nIVE,.1\n", "label 'IVE'")


def test_microcircuit_initial_potentials(tmp_path):
    read = potjans_diesmann.read_initial_potentials
    start = read(DATA / "potjans_diesmann/initial_potentials.csv")
    assert start.loc[("II/III", "E")].tolist() == [-68.28, 5.36]
    assert start.loc[("VI", "I")].tolist() == [-61.43, 4.48]
    refused(read, tmp_path, "layer,population,V0_mean,V0_sd\nV,E,-60,-1\n", "'V0_sd'")


def test_resting_state_networks(areas, tmp_path):
    read = desikan_killiany.read_networks
    networks = read(DATA / "resting_state_networks/kabbara.csv")
    assert set(networks.index) == set(areas)
    assert networks["right"].value_counts().to_dict() == {
        "other": 12,
        "DMN": 8,
        "DAN": 5,
        "SAN": 4,
        "VIS": 4,
        "AUD": 1,
    }
    assert networks.loc["caudalanteriorcingulate"].tolist() == ["DAN", "DMN"]
    refused(read, tmp_path, "area,left,right\na,X,X\na,X,X\n", "area 'a' occurs twice")


def test_single_units(tmp_path):
    rates = single_units.read_rate_distribution(DATA / "minxha2020/rate_distribution.csv")
    assert rates["count"].sum() == 178800
    assert rates["rate_spikes_per_s"].iloc[0] == 0.5
    for name, median in (("cv", 0.927681), ("lvr", 0.872298)):
        quantiles = single_units.read_quantiles(DATA / f"minxha2020/{name}_quantiles.csv")
        assert len(quantiles) == 1001 and set(quantiles["n"]) == {25552}
        assert quantiles.at[500, "quantile"] == 0.5 and quantiles.at[500, "value"] == median
    header = "n,quantile,value\n"
    read = single_units.read_quantiles
    refused(read, tmp_path, header + "3,0,1\n3,1.5,2\n", "quantile 1.5; expected 0 to 1")
    refused(read, tmp_path, header + "3,0,2\n3,1,1\n", "column 'value' falls")
    refused(read, tmp_path, header + "3,1,1\n3,0,2\n", "column 'quantile' falls")
    header = "rate_spikes_per_s,count\n"
    read = single_units.read_rate_distribution
    refused(read, tmp_path, header + "0.5,3\n0.5,4\n", "'0.5' occurs twice")
    refused(read, tmp_path, header + "0.5,-3\n", "-3 in column 'count'")
