"""Taking a machine's identity away, so that an image of it can become many machines."""

from mintage.generalize import debian, ubuntu
from mintage.generalize.base import Distribution, detect
from mintage.generalize.checks import checks_from_serial_log
from mintage.generalize.guest import (
    GeneralizedGuest,
    distribution_of,
    generalize,
    installed_packages,
    preflight,
)

__all__ = [
    "Distribution",
    "GeneralizedGuest",
    "checks_from_serial_log",
    "debian",
    "detect",
    "distribution_of",
    "generalize",
    "installed_packages",
    "preflight",
    "ubuntu",
]
