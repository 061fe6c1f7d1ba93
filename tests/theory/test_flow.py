"""The rate dynamics end where the fixed point is."""

from __future__ import annotations

import numpy as np

from multiarea.data.rates import read_rates
from publications.pronold2024.mean_field import rate_flow


def test_flow_from_random_rates_ends_in_the_published_base_state(human_network, checkout):
    start = np.random.default_rng(123).uniform(0, 10, len(human_network))
    rates = rate_flow(human_network, start, np.array([0.0, 20.0]))
    np.testing.assert_allclose(rates[0], start)
    table = read_rates(checkout / "simulated_data/base_theory_rates.csv")
    wanted = table.loc[human_network.populations.index].to_numpy()
    np.testing.assert_allclose(rates[-1], wanted, rtol=0.02, atol=2e-4)
