"""What a network is: tables and matrices, its file, stimuli."""
