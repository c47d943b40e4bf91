"""What training minimises: content, style, total variation, lattice, temporal, adversarial."""
