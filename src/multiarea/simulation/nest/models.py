"""What NEST knows of neuron models and their parameters, told by a process of its own.

`python -m multiarea.simulation.nest.models` reads [[model, parameters], ...] as JSON, and writes an
answer for each as JSON.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from multiarea.parameters import LEAKS, THRESHOLDS
from multiarea.simulation.nest.kernel import nest
from multiarea.simulation.nest.neurons import WITH_PORTS

NEEDED = ("V_m", "E_L", "C_m", "t_ref")
CONDUCTANCES = ("E_ex", "E_in", "E_rev")
"""How reversal potentials of synapses are called."""


def answer(model: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return what NEST says of a `model` and the parameters `given`.

    Returns
    -------
    dict
        `unfit`: why networks cannot have the model, or None. `names`: those of its parameters.
        `refusal`: NEST's words on the values, or None. `models`: those that networks can have.
    """
    if model not in nest.node_models:
        return {"unfit": "unknown", "names": [], "refusal": None, "models": fitting_models()}
    nest.ResetKernel()  # parameters of an answer before this one are defaults no more
    defaults = nest.GetDefaults(model)
    unfit = why_unfit(model, defaults)
    names = [] if unfit else [name for name in defaults if _is_parameter(model, name, defaults)]
    refusal = None
    if not unfit and set(given) <= set(names):
        try:
            nest.SetDefaults(model, given)
        except Exception as error:  # NEST has a kind of error for each mistake
            refusal = str(error)
    return {"unfit": unfit, "names": names, "refusal": refusal, "models": fitting_models()}


def fitting_models() -> list[str]:
    """Return the names of the models that networks can have."""
    return [name for name in nest.node_models if not why_unfit(name, nest.GetDefaults(name))]


def why_unfit(model: str, defaults: dict[str, Any]) -> str | None:
    """Return why networks cannot have a `model` with these `defaults`; None if they can."""
    if any(name.startswith(CONDUCTANCES) for name in defaults) or "_cond" in model:
        return "conductances"
    synapses = {"tau_syn"} if model in WITH_PORTS else {"tau_syn_ex", "tau_syn_in", "I_e"}
    has = set(defaults)
    is_neuron = {*NEEDED, *synapses} <= has and has & set(THRESHOLDS) and has & set(LEAKS)
    is_one = "n_events" not in map(str, defaults.get("recordables", ()))
    return None if is_neuron and is_one else "other"


def _is_parameter(model: str, name: str, defaults: dict[str, Any]) -> bool:
    """Return whether NEST takes a value of the parameter `name`."""
    try:
        nest.SetDefaults(model, {name: defaults[name]})
    except Exception:  # what a model tells, but does not take
        return False
    return True


def main() -> None:
    """Answer the questions of the standard input."""
    asked = json.load(sys.stdin)
    sys.stdout.write(json.dumps([answer(model, given) for model, given in asked]) + "\n")


if __name__ == "__main__":
    main()
