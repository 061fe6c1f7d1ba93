"""A chi sweep on a laptop: the run of downscaled_base at six values of chi, minutes each.

snakemake --cores 2 --config experiments=experiments/chi_sweep_downscaled.py -- figures

The point chi = 1 is downscaled_base itself: where one has run, the other does not run again.
"""

import runpy

_BASE = runpy.run_path("experiments/downscaled_base.py")

net_params = _BASE["net_params"]
sim_params = _BASE["sim_params"]
ana_params = _BASE["ana_params"]

sweep = {"chi": [0.0, 1.0, 1.5, 2.0, 2.5, 3.0]}
