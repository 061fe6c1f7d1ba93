"""The tables of the human model must not change without a new VERSION.

Numbers that characterise each table stand in golden.json. If a change of the tables is meant,
raise VERSION in src/multiarea/models/human/__init__.py and write the file anew:

    python tests/models/human/test_golden.py
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from multiarea.models.human import VERSION, Parameters, build_network
from multiarea.network.network import MATRICES, POPULATION_COLUMNS

GOLDEN = Path(__file__).with_name("golden.json")
#: Large enough for the last digits of another platform, too small for any change of the model.
TOLERANCE = 1e-8
CASES = {
    "default": {},
    "consistent_units": {"predictive_connectomic_params": {"geometry": "consistent_units"}},
    "best_fit": {"scaling_factors_recurrent": {"cc_scalingEtoE": 2.5, "cc_scalingEtoI": 5.0}},
}


def fingerprint(values):
    """Norm of an array, and three projections on fixed directions."""
    values = np.nan_to_num(np.asarray(values, float).ravel(), nan=-1e3)
    n = np.arange(1.0, values.size + 1)
    directions = (np.cos(n * np.sqrt(prime)) for prime in (2, 3, 5))
    return [float(np.linalg.norm(values)), *(float(values @ d) for d in directions)]


def characteristics(network):
    tables = {name: getattr(network, name) for name in MATRICES}
    numeric = [name for name, (kind, _, _) in POPULATION_COLUMNS.items() if kind != "s"]
    tables |= {name: network.populations[name] for name in numeric}
    return {
        "labels": hashlib.sha256("\n".join(network.labels).encode()).hexdigest(),
        "neuron_model": sorted(set(network.populations["neuron_model"])),
        "rules": [str(rule) for rule in vars(network.rules).values()],
        "tables": {name: fingerprint(values) for name, values in tables.items()},
    }


def all_characteristics():
    cases = {name: characteristics(build_network(Parameters(**c))) for name, c in CASES.items()}
    return {"VERSION": VERSION, "cases": cases}


def differences(golden, found):
    """Names of the tables that differ."""
    for case, expected in golden["cases"].items():
        for name in ("labels", "neuron_model", "rules"):
            if found["cases"][case][name] != expected[name]:
                yield f"{case}: {name}"
        for name, numbers in expected["tables"].items():
            scale = max(numbers[0], 1e-300)
            new = found["cases"][case]["tables"][name]
            if np.abs(np.subtract(new, numbers)).max() > TOLERANCE * scale:
                yield f"{case}: {name}"


def test_tables_change_only_with_the_version():
    golden, found = json.loads(GOLDEN.read_text("utf-8")), all_characteristics()
    changed = list(differences(golden, found))
    assert not changed or golden["VERSION"] != VERSION, (
        f"these tables changed: {changed}. If this is meant, raise VERSION and run {__file__}; "
        "results of the old version would be taken for the new ones."
    )
    assert golden["VERSION"] == VERSION, f"VERSION was raised: run {__file__}"


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (
            "synapses",
            lambda n: n.synapses + (np.arange(n.synapses.size) == 5000).reshape(254, 254) * 100,
        ),
        ("weight", lambda n: n.weight * (1 + 1e-7)),
        ("delay", lambda n: n.delay.T),
    ],
)
def test_small_changes_are_noticed(human_network, name, change):
    golden = json.loads(GOLDEN.read_text("utf-8"))
    golden["cases"] = {"default": golden["cases"]["default"]}
    network = human_network.replace(**{name: change(human_network)})
    found = {"cases": {"default": characteristics(network)}}
    assert list(differences(golden, found)) == [f"default: {name}"]


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(all_characteristics(), indent=1) + "\n", "utf-8")
