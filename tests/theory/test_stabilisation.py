"""Critical drive and stabilisation, against the closed form for the toy networks."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from multiarea.stages.stabilise import stabilisation_arrays
from multiarea.theory import mean_field, stabilise, stationary_rates, with_indegree
from multiarea.theory.criticality import critical_drive, drive_between, ends_from_rest
from multiarea.theory.stabilisation import may_change
from multiarea.theory.transfer import response
from publications.schuecker2017.toy_networks import INDEGREE, excitatory_network


def least_excess(rate_ext):
    """The least phi(nu) - nu at low rates: negative as long as there is a low state."""
    field = mean_field(excitatory_network(rate_ext))
    found = minimize_scalar(
        lambda nu: response(field, np.array([nu]))[0] - nu, bounds=(0, 15), method="bounded"
    )
    return found.fun


def drive(n=1):
    return drive_between(excitatory_network(160.0, n), excitatory_network(170.0, n))


def test_family_of_networks_between_two():
    family = drive()
    assert family.at(0.4).external == pytest.approx(mean_field(excitatory_network(164.0)).external)
    assert family.at(0.4).recurrent == pytest.approx(family.low.recurrent)
    with pytest.raises(ValueError, match="recurrent"):
        drive_between(excitatory_network(160.0), excitatory_network(170.0, indegree=400.0))


def test_drive_at_which_the_low_state_ends():
    fractions = np.linspace(0, 1, 6)
    critical = critical_drive(drive(2), fractions, ends_from_rest(drive(2), fractions))
    rate_ext = 160 + 10 * critical.fraction
    assert least_excess(rate_ext - 1e-3) < 0 < least_excess(rate_ext + 1e-3)
    around = ends_from_rest(drive(2), critical.fraction + np.array([-1e-4, 1e-4]))
    assert around[0].max() < 10 < 40 < around[1].min()


def test_no_critical_drive_without_a_jump():
    family = drive_between(excitatory_network(170.0), excitatory_network(200.0))
    fractions = np.linspace(0, 1, 4)
    assert critical_drive(family, fractions, ends_from_rest(family, fractions)) is None


def test_euler_steps_end_in_the_same_states():
    fractions = np.array([0.0, 1.0])
    euler = ends_from_rest(drive(), fractions, 0.01)
    accurate = ends_from_rest(drive(), fractions)
    assert euler == pytest.approx(accurate, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("n", [1, 2])
def test_stabilised_indegrees_of_the_toy_networks(n):
    low, high = (excitatory_network(rate, n) for rate in (160.0, 166.5))
    lines = []
    first, last = stabilise(low, high, iterations=1, progress=lines.append)
    rates = first.critical.state.rates
    # K' = K - K_ext (difference of the external rates) / rate of the unstable state
    missing = 6.5 * (1 - first.critical.fraction)
    expected = INDEGREE * (1 - missing / rates[0]) / n
    assert first.indegree == pytest.approx(np.full((n, n), expected), rel=1e-6)
    assert last.critical is None and last.indegree is not low.indegree
    # the unstable state is where it was, and the low state survives the drive
    field = mean_field(with_indegree(high, first.indegree))
    assert response(field, rates) == pytest.approx(rates, rel=1e-5)
    assert len(lines) == 1 and "eigenvalue" in lines[0]


def test_change_of_the_modes_of_a_second_iteration():
    """It is that of the in-degrees which the first iteration left, not of the original ones."""
    low, high = (excitatory_network(rate) for rate in (160.0, 166.5))
    first, _ = stabilise(low, high, iterations=1)
    changed = [with_indegree(net, first.indegree) for net in (low, excitatory_network(168.0))]
    second, _ = stabilise(*changed, iterations=1)
    arrays = stabilisation_arrays(low, drive_between(low, high), [first, second])
    for n in (1, 2):
        before, after = arrays[f"indegree_{n - 1}"], arrays[f"indegree_{n}"]
        assert arrays[f"change_{n}"] == pytest.approx(((before - after) / before)[0])


def test_stabilisation_ends_without_a_jump():
    (only,) = stabilise(excitatory_network(170.0), excitatory_network(200.0))
    assert only.critical is None
    assert only.indegree == pytest.approx(np.full((1, 1), INDEGREE))
    assert (np.diff(only.ends[:, 0]) > 0).all()


def test_kinds_that_never_leave_their_area_get_no_new_targets(make_network):
    kinds = [("V", "E"), ("V", "I")]
    index = [(area, *kind) for area in "AB" for kind in kinds]
    indegree = np.zeros((4, 4))
    indegree[2, 0] = 5.0  # A's E projects to B
    network = make_network(index, indegree, np.ones((4, 4)))
    expected = np.array([[1, 1, 1, 0], [1, 1, 1, 0], [1, 0, 1, 1], [1, 0, 1, 1]], bool)
    assert (may_change(network) == expected).all()


def test_replaced_indegrees(microcircuit):
    changed = with_indegree(microcircuit, 2 * microcircuit.indegree)
    assert changed.indegree == pytest.approx(2 * microcircuit.indegree)
    assert stationary_rates(changed).rates != pytest.approx(stationary_rates(microcircuit).rates)
