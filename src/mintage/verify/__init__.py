"""Proving that a captured image is what may be published."""
