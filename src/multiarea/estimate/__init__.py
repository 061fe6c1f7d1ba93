"""What a simulation will cost, before it runs; whether it fits."""
