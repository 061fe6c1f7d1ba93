"""Specification a.9 to a.12: laminar patterns of connections, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from multiarea.models.macaque import laminar_patterns as lp

NEURONS = np.array([200.0, 50, 300, 70, 60, 10, 140, 30])
THICKNESS = np.array([0.1, 0.5, 0.2, 0.3, 0.4])


def sent(sln, pattern, as_published=True):
    shares = lp.source_shares(sln, pattern, NEURONS, as_published)
    assert not shares[[1, 2, 3, 5, 7]].any()
    return shares[[0, 4, 6]]


def test_classes_of_connections():
    classes = [lp.connection_class(value) for value in (0.34, 0.35, 0.65, 0.66)]
    assert classes == ["feedback", "lateral", "lateral", "feedforward"]


def test_source_without_pattern_follows_sln_and_neurons():
    assert sent(0.4, "") == pytest.approx([0.4, 0.6 * 60 / 200, 0.6 * 140 / 200])


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("002000", [1, 0, 0]),  # nothing below: SLN = 1
        ("000012", [0, 10 / 110, 100 / 110]),  # nothing above: SLN = 0
        ("002031", [0.4, 0.6 * 1000 / 1010, 0.6 * 10 / 1010]),
        ("00X0X0", [0.4, 0.6, 0]),
        ("00200?", [0.4, 0, 0.6]),  # unknown counts as present
        ("?0000X", [0, 0, 1]),  # unknown in layers I and IV: absent
        ("000000", [0, 0, 0]),
        ("0020?1", [0.4, 0.6 * 0.1 / 10.1, 0.6 * 10 / 10.1]),
    ],
)
def test_source_patterns(pattern, expected):
    assert sent(0.4, pattern) == pytest.approx(expected)


def test_unknown_source_layer_counts_as_x_if_corrected():
    assert sent(0.4, "0020?1", False) == pytest.approx([0.4, 0.6 * 100 / 110, 0.6 * 10 / 110])


@pytest.mark.parametrize(
    ("sln", "expected"),
    [
        (0.8, [0, 0, 1, 0, 0]),
        (0.2, [0.5, *0.5 * np.array([0.5, 0, 0.3, 0.4]) / 1.2]),
        (0.5, [0.5, *0.5 * np.array([0.5, 0.2, 0.3, 0.4]) / 1.4]),
    ],
)
def test_target_without_pattern_follows_class_and_thickness(sln, expected):
    assert lp.target_shares(sln, "", THICKNESS) == pytest.approx(expected)


def test_feedforward_without_layer_4_has_no_synapses():
    thickness = np.array([0.1, 0.5, 0.0, 0.3, 0.4])
    assert not lp.target_shares(0.8, "", thickness).any()


@pytest.mark.parametrize(
    ("sln", "pattern", "expected"),
    [
        (0.8, "00X300", np.array([0, 100, 1000, 0, 0]) / 1100),
        (0.8, "0???00", np.array([0, 0, 100, 0, 0]) / 100),  # only layer IV is expected
        (0.2, "?12?00", np.array([100, 110, 0, 0, 0]) / 210),
        (0.5, "00000?", np.array([0, 0, 0, 0, 1])),
        (0.8, "?00000", np.zeros(5)),
    ],
)
def test_target_patterns(sln, pattern, expected):
    assert lp.target_shares(sln, pattern, THICKNESS) == pytest.approx(expected)


def test_target_pattern_times_thickness_if_corrected():
    shares = lp.target_shares(0.8, "00X300", THICKNESS, False)
    assert shares == pytest.approx(np.array([0, 50, 200, 0, 0]) / 250)


def test_cell_bodies(tables, anatomy):
    probability = lp.cell_body_probability(tables.cell_types, anatomy.cyto.n_neurons[0])
    expected = [
        [0.5671, 0, 0.1733, 0, 0.2568, 0, 0.0028, 0],
        [0, 0.1630, 0.8370, 0, 0, 0, 0, 0],
        [0, 0, 0.7259, 0.1591, 0.0263, 0, 0.0887, 0],
        [0, 0, 0, 0, 0.7608, 0.1041, 0.1352, 0],
        [0, 0, 0, 0, 0, 0, 0.8533, 0.1467],
    ]
    assert probability.T == pytest.approx(np.array(expected), abs=6e-5)


def test_stellate_cells_in_layer_4(tables, anatomy):
    neurons = anatomy.cyto.n_neurons[0]
    probability = lp.cell_body_probability(tables.cell_types, neurons, ss4_in_layer_4=True)
    assert probability[lp.P_4E, 1] == 0 and probability[1, 1] == 1
    assert probability.sum(axis=0) == pytest.approx(1)


def test_missing_layer_goes_to_the_others():
    probability = np.zeros((8, 5))
    probability[2, 0], probability[3, 0] = 0.6, 0.4
    moved = lp.without_missing_layer(probability, THICKNESS)[:, 0].reshape(4, 2)
    share = np.array([0.5, 0, 0.3, 0.4]) / 1.2
    assert moved[:, 0] == pytest.approx(0.6 * share) and moved[:, 1] == pytest.approx(0.4 * share)


def test_feedback_targets_excitatory_neurons(anatomy):
    n_areas = len(anatomy.sln)
    onto = np.einsum("aibj->abi", anatomy.synapses)
    feedback = (anatomy.sln < lp.FEEDBACK) & (anatomy.areas.exists.to_numpy())
    share = onto[..., ::2].sum(axis=2)[feedback] / onto.sum(axis=2)[feedback]
    inhibitory = onto[..., 1::2].sum(axis=2)[feedback] > 0
    assert share[inhibitory] == pytest.approx(0.93) and n_areas == 32
    assert share[~inhibitory] == pytest.approx(1)
