"""Networks as plain modules: tensors in, tensors out; no files, no devices, no options."""
