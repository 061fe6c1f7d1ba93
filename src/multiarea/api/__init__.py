"""What `import multiarea` offers: experiments, and their results as Python objects."""
