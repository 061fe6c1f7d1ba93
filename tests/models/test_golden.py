"""The tables of the other models must not change without a new VERSION; see human/test_golden.py.

If a change is meant, raise the model's VERSION and write the files anew:

    cd tests && python -m models.test_golden
"""

import json
from pathlib import Path

import pytest

from multiarea.models import get_model

from .human.test_golden import characteristics, differences

FOLDER = Path(__file__).parent
CASES = {
    "microcircuit": {
        "default": {},
        "constant_current": {"input_params": {"poisson_input": False}, "V0_type": "original"},
    },
    "macaque": {
        "default": {},
        "base": {"connection_params": {"K_stable_path": None}},
        "corrected": {
            "connection_params": {"K_stable_path": None},
            "connectome_params": {"as_published": False, "ss4_dendrites": "layer_IV"},
        },
    },
}


def golden_file(model):
    return FOLDER / model / "golden.json"


def all_characteristics(model):
    module = get_model(model)
    cases = {
        name: characteristics(module.build_network(module.Parameters(**case)))
        for name, case in CASES[model].items()
    }
    return {"VERSION": module.VERSION, "cases": cases}


@pytest.mark.parametrize("model", CASES)
def test_tables_change_only_with_the_version(model):
    golden = json.loads(golden_file(model).read_text("utf-8"))
    version = get_model(model).VERSION
    changed = list(differences(golden, all_characteristics(model)))
    assert not changed or golden["VERSION"] != version, (
        f"{model}: these tables changed: {changed}. If this is meant, raise VERSION and run "
        f"{__file__}; results of the old version would be taken for the new ones."
    )
    assert golden["VERSION"] == version, f"{model}: VERSION was raised: run {__file__}"


if __name__ == "__main__":
    for model_name in CASES:
        text = json.dumps(all_characteristics(model_name), indent=1) + "\n"
        golden_file(model_name).write_text(text, "utf-8")
