"""The checklist: every point, in the order in which it is asked."""

from deployments.verify_windows.points.access import ACCESS
from deployments.verify_windows.points.machine import MACHINE
from deployments.verify_windows.points.sealed import IMAGE, SEALED

FRESH = (*MACHINE, *ACCESS)
"""Of a VM as it comes from the marketplace; the last of them restarts it."""
ALL = (*FRESH, *SEALED, *IMAGE)

__all__ = ["ALL", "FRESH", "IMAGE", "SEALED"]
