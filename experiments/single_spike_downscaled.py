"""Spike journey on a laptop: both states, without and with one spike, a minute each.

snakemake --cores 2 --config experiments=experiments/single_spike_downscaled.py -- figures

The networks are those of chi_sweep_downscaled, at chi = 1 and 2.5.
"""

import runpy

net_params = runpy.run_path("experiments/downscaled_base.py")["net_params"]

sim_params = {"t_sim": 650.0, "master_seed": 2106}

sweep = {"chi": [1.0, 2.5], "single_spike": [{}, {("pericalcarine", "IV", "E"): 500.0}]}
