"""Making models: configurations, data, and one loop for all trainers."""
