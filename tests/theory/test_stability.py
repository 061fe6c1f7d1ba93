"""Eigenmodes of fixed points: identities, and shifts against the moved fixed point."""

from __future__ import annotations

import numpy as np
import pytest

from multiarea.theory import gain_matrix, mean_field, modes, modes_at, project
from multiarea.theory import stationary_rates as solve
from multiarea.theory.transfer import response, sensitivity


def test_modes_by_hand():
    # eigenvalues of [[2, 1], [0, 3]]: 3 with u = (1, 1)/sqrt 2, v = (0, sqrt 2); 2 with (1, 0)
    found = modes(np.array([[2.0, 1.0], [0.0, 3.0]]))
    assert found.eigenvalues == pytest.approx([3, 2])
    assert found.largest_real_part == found.spectral_radius == pytest.approx(3)
    sign = np.sign(found.right[0].real)
    assert found.right * sign == pytest.approx(np.array([[0.5**0.5, 1], [0.5**0.5, 0]]))
    assert found.left * sign[:, None] == pytest.approx(np.array([[0, 2**0.5], [1, -1]]))


def test_radius_and_largest_real_part_differ_if_inhibition_dominates():
    found = modes(np.diag([0.5, -7.0, 0.1]))
    assert (found.largest_real_part, found.spectral_radius) == (0.5, 7.0)


def test_modes_put_the_gain_matrix_together(microcircuit):
    rates = solve(microcircuit).rates
    gain, found = gain_matrix(microcircuit, rates), modes_at(microcircuit, rates)
    assert (np.diff(found.eigenvalues.real) <= 1e-12).all()
    assert np.linalg.norm(found.right, axis=0) == pytest.approx(1)
    assert found.left @ found.right == pytest.approx(np.eye(8), abs=1e-9)
    whole = (found.right * found.eigenvalues) @ found.left
    assert whole.real == pytest.approx(gain, abs=1e-9) and np.abs(whole.imag).max() < 1e-9
    assert found.left @ gain == pytest.approx(found.eigenvalues[:, None] * found.left, abs=1e-8)


def test_shift_is_how_far_the_fixed_point_moves(microcircuit):
    point = solve(microcircuit)
    step = 1e-3
    table = microcircuit.populations
    driven = microcircuit.replace(populations=table.assign(rate_ext=table["rate_ext"] + step))
    slopes = sensitivity(
        mean_field(microcircuit), point.rates, response(mean_field(microcircuit), point.rates)
    )
    change = mean_field(driven).external - mean_field(microcircuit).external
    effect = (slopes * change).sum(axis=0)
    found = modes_at(microcircuit, point.rates)
    parts = project(found, effect, point.rates)
    moved = (found.right @ (parts.drive / (1 - found.eigenvalues))).real
    assert moved == pytest.approx(solve(driven).rates - point.rates, rel=2e-3)
    assert parts.share.sum().real == pytest.approx(1)
    assert abs(parts.share.sum().imag) < 1e-9


def test_projections_of_one_population_by_hand():
    # M = 3, d = 0.2, nu = 10: a = 0.2, n = 10, the shift -0.1 lies in the only mode
    parts = project(modes(np.array([[3.0]])), np.array([0.2]), np.array([10.0]))
    values = [getattr(parts, name)[0] for name in ("drive", "rates", "epsilon", "share")]
    assert np.abs(values) == pytest.approx([0.2, 10, 0.02, 1])
    assert values[2] == pytest.approx(-0.02) and values[3] == pytest.approx(1)
