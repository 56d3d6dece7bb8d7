"""The kinds of faults, one subject a file."""
