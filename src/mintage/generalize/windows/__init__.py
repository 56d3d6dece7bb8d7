"""Generalizing Windows: preflight, Sysprep, a diagnosis when it fails, and the proof of what was left behind."""
