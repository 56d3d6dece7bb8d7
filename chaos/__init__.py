"""Builds on machines that are models, with everything that can go wrong, and a count of what that did."""
