"""Taking a machine's identity away, so that an image of it can become many machines."""

from mintage.generalize.base import Distribution
from mintage.generalize.checks import checks_from_serial_log
from mintage.generalize.detect import detect
from mintage.generalize.guest import GeneralizedGuest, generalize

__all__ = [
    "Distribution",
    "GeneralizedGuest",
    "checks_from_serial_log",
    "detect",
    "generalize",
]
