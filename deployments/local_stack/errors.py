"""What can go wrong while the parts of a stack are started and stopped."""

from __future__ import annotations


class StackError(Exception):
    """The stack cannot start or go on. Its text says which part, what was seen, and what to do next."""
