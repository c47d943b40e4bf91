"""What models are measured by: fidelity, perception, stability in time, and cost."""
