"""chi_I = (10/7) chi, full scale; with NEST on a cluster.

Published as results only: the ratio is read from the name of their folder, and is unconfirmed.
"""

net_params = {"scaling_factors_recurrent": {"cc_scalingEtoE": 1.0, "cc_scalingEtoI": 10 / 7}}

sim_params = {"t_sim": 12500.0, "master_seed": 2106}

sweep = {"chi": [0.0, 1.0, *(_tenth / 10 for _tenth in range(15, 51))]}
