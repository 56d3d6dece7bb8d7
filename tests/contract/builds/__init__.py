"""Builds that share one stack: pytest keeps what a package shares for as long as its tests run."""
