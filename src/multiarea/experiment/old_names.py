"""Names of the published codes, HuMAM and MultiAreaModel, and what is written here instead.

The page docs/how-to/coming_from.md has the same for files, classes and scripts.
"""

_ALWAYS = "Leave it out: "
SECTIONS = {
    "network_params": "Write net_params.",
    "custom_params": "Write net_params.",
    "params": "Write net_params, sim_params or ana_params.",
    "conn_params": "Write net_params['connection_params'].",
    "connection_params": "Write net_params['connection_params'].",
    "delay_params": "Write net_params['delay_params'].",
    "input_params": "Write net_params['input_params'].",
    "neuron_params": "Write net_params['neuron_params'] (V0_mean and V0_sd: sim_params).",
    "single_neuron_dict": "Write net_params['neuron_params'].",
    "simulation_params": "Write sim_params.",
    "custom_simulation_params": "Write sim_params.",
    "recording_dict": "Write sim_params (areas_recorded, rec_dev, rec_start, Nrec_vm_fraction).",
    "theory_params": f"{_ALWAYS}the theory finds all fixed points by itself.",
    "analysis_params": "Write ana_params.",
}
"""Dictionaries at the top of a file."""

_LOGNORMAL = "Write net_params.connection_params.weight_distribution and PSC_rel_sd."
KEYS = {
    # Simulation
    "rng_seed": "Write sim_params.master_seed.",
    "dt": "Write sim_params.sim_resolution.",
    "num_processes": "Write sim_params.virtual_processes, tasks x threads (docs/cluster.md).",
    "local_num_threads": "Write sim_params.virtual_processes, tasks x threads.",
    **dict.fromkeys(
        ("num_threads", "threads", "n_threads", "total_num_virtual_procs"),
        "Write sim_params.virtual_processes, tasks x threads.",
    ),
    "record_vm": "Write sim_params.rec_dev = ['spike_recorder', 'voltmeter'].",
    "spike_dict": "Write sim_params.rec_start.",
    "vm_dict": "Write sim_params.rec_V_start, rec_V_stop and rec_V_int.",
    "recording_dict": SECTIONS["recording_dict"],
    # Network
    "surface": "Only the human model has it: net_params.surface_area; here it is 1 mm2.",
    "USING_NEST_3": f"{_ALWAYS}NEST 3 is used.",
    "outpath": f"{_ALWAYS}write out: FOLDER in config.yaml.",
    "K_stable": "Write net_params.connection_params.K_stable_path, a .csv or .npy file, or None.",
    "single_neuron_dict": "Write its entries into net_params.neuron_params itself.",
    "neuron_model": "Write net_params.neuron_model (human: neuron_model_E, neuron_model_I).",
    "PSC_rel_sd_normal": "Write net_params.connection_params.PSC_rel_sd.",
    "PSC_rel_sd_lognormal": _LOGNORMAL,
    "lognormal_weights": _LOGNORMAL,
    "lognormal_EE_only": f"{_ALWAYS}all weights have one kind of distribution.",
    "E_specificity": f"{_ALWAYS}it had no effect. The share of feedback synapses on excitatory "
    "neurons is net_params.connectome_params.Z_i.",
    "rho_syn": f"{_ALWAYS}it had no effect. The human model has "
    "net_params.predictive_connectomic_params.rho_syn.",
    "syn_type_ext": f"{_ALWAYS}it had no effect.",
    "poisson_input": "Write net_params.input_params.poisson_input.",
    # Theory
    "theory_params": SECTIONS["theory_params"],
    "initial_rates": f"{_ALWAYS}the theory starts from several rates.",
    "initial_rates_iter": "Write python -m multiarea theory EXPERIMENT --stability --starts N.",
    "initial_rates_max": f"{_ALWAYS}the theory starts from several rates.",
}
"""Keys of dictionaries. Those that have only moved are found by the lookup itself."""
LAYERS = {"23": "II/III", "2/3": "II/III", "4": "IV", "5": "V", "6": "VI"}
"""Layers as in `23E`, the populations of the macaque code, and what they are here."""
MODULES = frozenset({"multiarea_model", "config", "humam"})
"""Packages of the published codes, which scripts import."""
PAGE = "docs/how-to/coming_from.md"
"""What is written in place of their classes and scripts."""
OLD_SCRIPT = "a script of a published code, which imports '{}'; see " + PAGE
