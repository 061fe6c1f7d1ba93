"""Specification, section 2: neuron numbers."""

import numpy as np
import pandas as pd
import pytest

from multiarea.errors import InputError
from multiarea.models.human import Parameters
from multiarea.models.human.build import read_cytoarchitecture
from multiarea.models.human.cytoarchitecture import (
    build_cytoarchitecture,
    drop_small_layers,
    group_mean,
    map_to_areas,
    merge_sublayers,
    round_half_even,
    split_populations,
)

MERGED = {
    "I": "I Ia Ib",
    "II/III": "II II+III III III(II) III(IV) IIIa IIIa/b IIIb IIIb/c IIIc",
    "IV": "IV IVa IVb IVc",
    "V": "V V+VI Va Va1 Va2 Vb",
    "VI": "VI VIa VIa1 VIa2 VIb",
}


def layers(*rows):
    """A table of rows (area, layer, density, thickness)."""
    columns = ["area", "layer", "neuron_density_per_mm3", "thickness_mm"]
    return pd.DataFrame(rows, columns=columns)


TOY = layers(
    ("X", "Ia", 10000.0, 0.1),
    ("X", "Ib", 0.0, 0.1),
    ("X", "II", 50000.0, 0.2),
    ("X", "IIIa", 30000.0, 0.3),
    ("X", "IIIb", 0.0, 0.0),
    ("X", "", 0.0, 0.0),
    ("X", "IV", 40000.0, 0.1),
    ("X", "IV", 60000.0, 0.1),
    ("X", "Va", 20000.0, 0.5),
    ("Y", "I", 4000.0, 0.3),
    ("Y", "III", 20000.0, 0.7),
    ("Y", "V+VI", 16000.0, 0.5),
    ("Y", "VI", 10000.0, 0.4),
)
FRACTIONS = pd.Series({"II/III": 0.65, "IV": 0.8, "V": 0.75, "VI": 0.9})
MAPPING = pd.DataFrame(
    [("P", "X"), ("Q", "X"), ("Q", "Y")], columns=["desikan_killiany_area", "von_economo_area"]
)


def test_sublayers_by_hand():
    thickness, density = merge_sublayers(TOY)
    assert thickness.loc["X"].to_dict() == pytest.approx(
        {"I": 0.2, "II/III": 0.5, "IV": 0.2, "V": 0.5, "VI": 0.0}
    )
    # (0.2 x 50000 + 0.3 x 30000)/0.5; the two rows of layer IV are both used.
    assert density.loc["X"].to_dict() == pytest.approx(
        {"I": 5000.0, "II/III": 38000.0, "IV": 50000.0, "V": 20000.0, "VI": 0.0}
    )
    assert thickness.loc["Y", "IV"] == density.loc["Y", "IV"] == 0
    assert density.loc["Y", ["V", "VI"]].tolist() == pytest.approx([16000, 10000])


@pytest.mark.parametrize(
    ("layer", "sublayer"), [(layer, sub) for layer in MERGED for sub in MERGED[layer].split()]
)
def test_each_sublayer_belongs_to_its_layer(layer, sublayer):
    thickness, density = merge_sublayers(layers(("X", sublayer, 1000.0, 0.25)))
    assert thickness.loc["X", layer] == 0.25 and density.loc["X", layer] == 1000
    assert thickness.loc["X"].sum() == 0.25


def test_empty_rows_count_for_nothing():
    without = merge_sublayers(TOY[TOY["layer"] != ""])
    for merged, expected in zip(merge_sublayers(TOY), without, strict=True):
        pd.testing.assert_frame_equal(merged, expected)


def test_unknown_layer():
    with pytest.raises(InputError, match=r"unknown layer names \['VII'\]"):
        merge_sublayers(layers(("X", "VII", 1.0, 1.0)))


def test_split_by_fraction():
    density = pd.DataFrame({"I": [7.0], "II/III": [100.0], "IV": [50.0], "V": [40.0], "VI": [0.0]})
    split = split_populations(density, FRACTIONS).iloc[0]
    assert split.tolist() == pytest.approx([65, 35, 40, 10, 30, 10, 0, 0])
    assert split.index.tolist()[:3] == [("II/III", "E"), ("II/III", "I"), ("IV", "E")]


def test_areas_of_the_atlas_are_weighted_equally():
    thickness, density = map_to_areas(*merge_sublayers(TOY), MAPPING, ["P", "Q"])
    assert thickness.loc["P"].tolist() == pytest.approx([0.2, 0.5, 0.2, 0.5, 0.0])
    assert thickness.loc["Q"].tolist() == pytest.approx([0.25, 0.6, 0.1, 0.5, 0.2])
    # II/III: (38000 x 0.5 + 20000 x 0.7)/1.2; IV: only X has it; VI: only Y has it.
    assert density.loc["Q"].tolist() == pytest.approx([4400, 27500, 50000, 18000, 10000])


def test_mapping_must_fit():
    tables = merge_sublayers(TOY)
    with pytest.raises(InputError, match=r"\['Y'\] are not in the table.*\['R'\] have no"):
        map_to_areas(tables[0].drop("Y"), tables[1].drop("Y"), MAPPING, ["P", "Q", "R"])


def test_neurons_by_hand():
    cyto = build_cytoarchitecture(TOY, MAPPING, FRACTIONS, ["P", "Q"], surface=2.0)
    # P = X: 2 mm2 x (19000, 10000, 10000, 0)/mm2; Q: mean of X and Y.
    assert cyto.n_neurons.loc["P"].tolist() == [24700, 13300, 16000, 4000, 15000, 5000, 0, 0]
    assert cyto.n_neurons.loc["Q"].tolist() == [21450, 11550, 8000, 2000, 13500, 4500, 3600, 400]
    assert cyto.n_layer_1.to_dict() == pytest.approx({"P": 2000.0, "Q": 2200.0})
    assert cyto.total_thickness.to_dict() == pytest.approx({"P": 1.4, "Q": 1.65})
    assert cyto.neurons_per_thickness["P"] == pytest.approx(78000 / 1.4)


def test_halves_are_rounded_to_even():
    assert round_half_even([0.5, 1.5, 2.5, 18296.5, 18297.5, 2.4999, -0.5]).tolist() == [
        *(0, 2, 2, 18296, 18298, 2, 0)
    ]


def test_mean_of_a_group_without_weights_is_zero():
    group = np.array([0, 0, 1, 1])
    mean = group_mean(np.array([1.0, 4.0, 5.0, 7.0]), np.array([2.0, 1.0, 0.0, 0.0]), group, 2)
    assert mean.tolist() == [2.0, 0.0]


@pytest.mark.parametrize(
    ("limit", "kept"),
    [
        (0, ["II/III", "IV", "V", "VI"]),
        (4000, ["II/III", "IV", "V", "VI"]),
        (4001, ["II/III", "IV", "V"]),
        (10000, ["II/III", "IV", "V"]),
        (10001, ["II/III", "V"]),
    ],
)
def test_layers_with_fewer_neurons_are_dropped(limit, kept):
    full = build_cytoarchitecture(TOY, MAPPING, FRACTIONS, ["P", "Q"], surface=2.0)
    cyto = drop_small_layers(full, limit)
    for layer in ("II/III", "IV", "V", "VI"):
        here = layer in kept
        assert (cyto.n_neurons.loc["Q", layer].sum() > 0) == here
        assert (cyto.density.loc["Q", layer].sum() > 0) == here
        assert (cyto.thickness.loc["Q", layer] > 0) == here
    assert cyto.thickness.loc["Q", "I"] == pytest.approx(0.25)


def test_layers_smaller_than_layer_1():
    # Layer I holds 0.4 x 40000 = 16000 neurons, IV 10000, V 18000.
    rows = (("Z", "I", 40000.0, 0.4), ("Z", "II", 50000.0, 0.4), ("Z", "IV", 50000.0, 0.2))
    table = layers(*rows, ("Z", "V", 36000.0, 0.5))
    mapping = MAPPING.iloc[:1].assign(von_economo_area="Z")
    full = build_cytoarchitecture(table, mapping, FRACTIONS, ["P"], surface=1.0)
    assert drop_small_layers(full, 0).n_neurons.equals(full.n_neurons)
    cyto = drop_small_layers(full, 0, remove_smaller_layerI=True)
    assert cyto.n_neurons.loc["P"].tolist() == [13000, 7000, 0, 0, 13500, 4500, 0, 0]


# ------------------------------------------------------------------------------ the real tables


def with_limit(limit):
    return read_cytoarchitecture(
        Parameters(cytoarchitecture_params={"min_neurons_per_layer": limit})
    )


def test_four_layers_are_dropped():
    full, cyto = (with_limit(limit).n_neurons.T.groupby(level=0).sum().T for limit in (0, 5000))
    dropped = {
        (area, layer): int(full.at[area, layer])
        for area in full.index
        for layer in full.columns
        if full.at[area, layer] != cyto.at[area, layer]
    }
    assert dropped == {
        ("caudalmiddlefrontal", "IV"): 3375,
        ("lateraloccipital", "IV"): 3000,
        ("parsorbitalis", "IV"): 625,
        ("parahippocampal", "VI"): 3200,
    }


def test_bankssts_by_hand():
    # One atlas area, PH: II 0.22 x 110000 + IIIa 0.9 x 40000 = 60200; IV 0.22 x 100000;
    # V 0.65 x 40000; VI 0.65 x 26000; E shares 0.65, 0.79, 0.78, 0.86.
    cyto = with_limit(5000)
    expected = [39130, 21070, 17380, 4620, 20280, 5720, 14534, 2366]
    assert cyto.n_neurons.loc["bankssts"].tolist() == expected
    assert cyto.n_layer_1["bankssts"] == pytest.approx(2000)
    assert cyto.total_thickness["bankssts"] == pytest.approx(2.84)


def test_caudalmiddlefrontal_by_hand():
    # Mean of FC and FB; IV of FC alone has 0.15 x 45000 = 6750, hence 3375 in the mean: dropped.
    cyto = with_limit(0)
    assert cyto.thickness.at["caudalmiddlefrontal", "IV"] == pytest.approx(0.075)
    assert cyto.n_neurons.loc["caudalmiddlefrontal", "IV"].sum() == 3375
    assert with_limit(5000).thickness.at["caudalmiddlefrontal", "IV"] == 0


def test_exact_halves_of_the_real_tables():
    cyto = with_limit(5000)
    # 18296.5 and 9262.5
    assert cyto.n_neurons.at["caudalanteriorcingulate", ("VI", "E")] in (18296, 18297)
    assert cyto.n_neurons.at["caudalmiddlefrontal", ("V", "E")] in (9262, 9263)


def test_total():
    neurons = with_limit(5000).n_neurons
    assert abs(neurons.sum().sum() - 3_468_839) <= 8
    assert (neurons > 0).sum().sum() == 254
    assert neurons.xs("E", axis=1, level=1).sum().sum() / neurons.sum().sum() == pytest.approx(
        0.746, abs=5e-4
    )


def test_surface_scales_the_neurons():
    twice = read_cytoarchitecture(Parameters(surface_area=2.0))
    assert twice.n_neurons.loc["bankssts"].tolist()[:2] == [78260, 42140]
