"""What training minimises: content, style, total variation, temporal, adversarial."""
