"""Neuron models of NEST: a process of its own is asked what they are, so this one stays fast."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

from multiarea.errors import InputError, did_you_mean, one_line
from multiarea.experiment.validation import validate
from multiarea.parameters import (
    ALL,
    LIF,
    NestNeuron,
    NetworkParameters,
    NeuronParameters,
    NeuronType,
    check_neurons,
)

Neurons = tuple[str, str, str, NeuronParameters]
"""Keys of a neuron model and of its parameters, the model, the parameters."""


SET_ELSEWHERE = {
    "V_m": "initial potentials are V0_mean and V0_sd of sim_params",
    "I_e": "constant currents are those of dc_stimulus",
}


def problems_of_neurons(network: NetworkParameters) -> Iterator[str]:
    """Yield what is wrong with the neurons of the `network`.

    NEST is asked only about parameters that are not those of iaf_psc_exp or mat2_psc_exp.
    """
    neurons: list[Neurons] = [
        (f"net_params.neuron_model{end}", f"net_params.neuron_params{end}", model, neuron)
        for end, (model, neuron) in network.neurons.items()
    ]
    for number, one in enumerate(network.neuron_types):
        key = f"net_params.neuron_types[{number}]"
        for end, model, block in _results(network, one):
            try:
                neuron = validate(NeuronParameters, block) if isinstance(block, dict) else block
                check_neurons(model, neuron, getattr(network, f"neuron_param_dist{end}", None))
                neurons.append((f"{key}.neuron_model", f"{key}.params", model, neuron))
            except (InputError, ValueError) as error:
                yield from (f"{key}.params{_line(text)}" for text in str(error).splitlines())
    yield from _told_by_nest([one for one in neurons if isinstance(one[3], NestNeuron)])


def _line(problem: str) -> str:
    return problem if problem.startswith((".", ":")) else f": {problem}"


def _results(network: NetworkParameters, one: NeuronType) -> Iterator[tuple[str, str, Any]]:
    """Yield the neurons that `one` makes of those of the `network`, after the end of their keys."""
    for end, neuron in network.neurons.items():
        is_chosen = not end or ALL in one.populations or end[1:] in one.populations
        if is_chosen:
            yield end, *one.of(*neuron)


def _told_by_nest(asked: list[Neurons]) -> Iterator[str]:
    if not asked:
        return
    if find_spec("nest") is None:
        yield (
            f"{asked[0][0]}: NEST, which knows the parameters of '{one_line(asked[0][2], 60)}', is "
            f"not installed in this environment; without it the neurons are {LIF}"
        )
        return
    question = json.dumps([[model, neuron.own] for _, _, model, neuron in asked], sort_keys=True)
    for one, answer in zip(asked, _answers(question), strict=True):
        model_key, params_key, model, neuron = one
        if answer["unfit"]:
            yield f"{model_key}: {_unfit(model, answer)}"
        else:
            yield from _wrong_parameters(params_key, model, neuron, answer)


@lru_cache
def _answers(question: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "multiarea.simulation.nest.models"]
    done = subprocess.run(command, input=question, capture_output=True, text=True, check=False)
    if done.returncode:
        raise InputError(f"NEST does not start: {one_line(done.stderr.strip()[-300:])}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def _unfit(model: str, answer: dict[str, Any]) -> str:
    name, models = one_line(model, 60), answer["models"]
    if answer["unfit"] == "unknown":
        nearest = did_you_mean(model, models)
        return f"NEST has no neuron model '{name}'.{nearest} Models that fit: {', '.join(models)}"
    why = "its synapses are not two kinds of currents, told apart by the sign of the weight"
    if answer["unfit"] == "conductances":
        why = "its synapses are conductances, and the weights of this network are currents in pA"
    return f"'{name}' of NEST does not fit: {why}. Models that fit: {', '.join(models)}"


def _wrong_parameters(
    key: str, model: str, neuron: NestNeuron, answer: dict[str, Any]
) -> Iterator[str]:
    for name in neuron.own:
        if name in SET_ELSEWHERE:
            yield f"{key}.{name}: {SET_ELSEWHERE[name]}"
        elif name not in answer["names"]:
            valid = [one for one in answer["names"] if one not in SET_ELSEWHERE]
            nearest = did_you_mean(name, valid)
            yield (
                f"{key}.{one_line(name, 60)}: {model} of NEST has no such parameter.{nearest} "
                f"Valid names: {', '.join(valid)}"
            )
    if answer["refusal"]:
        yield f"{key}: NEST refuses the parameters of {model}: {one_line(answer['refusal'], 300)}"
