"""Published tables of the human model, and wrong ones."""

from pathlib import Path

import pytest

from multiarea.errors import InputError
from publications.pronold2024 import published

SIMULATED = Path(__file__).parents[2] / "simulated_data" / "pronold2024"


def test_published_simulations(tmp_path):
    sweep = published.read_chi_sweep(SIMULATED / "chi_sweep.csv")
    assert sweep.groupby(level="variant").size().to_dict() == {
        "default": 19,
        "chi_inhibitory_10_7": 38,
        "distributed_neuron_parameters": 11,
        "smaller_g": 6,
        "lower_e_to_i": 13,
    }
    assert sweep.loc[("default", 2.5)].round(3).tolist()[:3] == [0.930, 0.900, 0.955]
    assert sweep.loc["default"]["fc_pearson_right"].idxmax() == 2.1
    path = SIMULATED / "rate_distributions.csv"
    assert published.read_rate_distribution(path, "default", "bestfit")["count"].sum() == 45696
    path = SIMULATED / "cv_lvr_quantiles.csv"
    quantiles = published.read_quantiles(path, "smaller_g", "bestfit", "lvr")
    assert len(quantiles) == 1001 and set(quantiles["n"]) == {11491}
    with pytest.raises(InputError, match="unknown state 'best'.*Did you mean 'bestfit'"):
        published.read_quantiles(path, "default", "best", "cv")
    header = "variant,chi," + ",".join(published.MEASURES) + "\n"
    row = "default,1,0,0,0,0,0,0,0\n"
    path = tmp_path / "table.csv"
    path.write_text(header + 2 * row, "utf-8")
    with pytest.raises(InputError, match="table.csv.*'default, 1.0' occurs twice"):
        published.read_chi_sweep(path)
