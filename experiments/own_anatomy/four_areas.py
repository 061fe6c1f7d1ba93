"""Another parcellation from tables alone: four made-up areas (docs/how-to/own_anatomy.md)."""

net_params = {
    "own_tables": {
        "areas_path": "experiments/own_anatomy/areas.csv",
        "layers_path": "experiments/own_anatomy/layers.csv",
        "mapping_path": "experiments/own_anatomy/mapping.csv",
        "streamlines_path": "experiments/own_anatomy/streamlines.csv",
        "lengths_path": "experiments/own_anatomy/lengths_mm.csv",
    },
    "N_scaling": 0.02,
    "K_scaling": 0.08,
    "scaling_type": "sqrt",
}
sim_params = {"t_sim": 2500.0, "master_seed": 1}
ana_params = {"plotRasterArea": {"fraction": 0.5}}
