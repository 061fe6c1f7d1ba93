"""Figures of Pronold et al. 2024, the human model."""

PUBLICATION = {
    "citation": "Pronold et al. 2024, Cereb Cortex 34:bhae409",
    "doi": "10.1093/cercor/bhae409",
    "model": "human",
    "references": {
        "base": "experiments/full_scale/base.py",
        "best_fit": "experiments/full_scale/best_fit.py",
    },
    "variants": {
        "default": "experiments/sweeps/chi.py",
        "distributed_neuron_parameters": "experiments/sweeps/distributed_parameters.py",
        "smaller_g": "experiments/sweeps/smaller_g.py",
        "lower_e_to_i": "experiments/sweeps/lower_e_to_i.py",
        "chi_inhibitory_10_7": "experiments/sweeps/chi_inhibitory_10_7.py",
    },
    "tables": {
        "published": "simulated_data/pronold2024",
        "macaque_sln": "experimental_data/macaque/markov2014/sln.csv",
    },
    "simulations": {
        "base": "experiments/one_computer/human_base.py",
        "best_fit": "experiments/one_computer/human_best_fit.py",
        "sweep": "experiments/one_computer/human_chi.py",
        "scales": "experiments/one_computer/human_scales.py",
        "pairs": "experiments/one_computer/human_single_spike.py",
    },
    "chi": ("scaling_factors_recurrent.cc_scalingEtoE", "scaling_factors_recurrent.cc_scalingEtoI"),
    "chi_I": "scaling_factors_recurrent.cc_scalingEtoI",
}
