"""The modelled Windows machine: one installation on one disk folder. It is a model, and says so wherever it can."""
