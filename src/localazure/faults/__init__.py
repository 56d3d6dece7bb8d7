"""Faults on demand: what goes wrong in a cloud, described, counted and made to happen."""
