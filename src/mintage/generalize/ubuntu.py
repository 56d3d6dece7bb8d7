"""Ubuntu: Debian, and what its installers and services leave.

Its agent is configured with RegenerateSshHostKeyPair=n, so waagent leaves the host keys: ``ssh-hostkeys`` removes them
everywhere, whatever that setting says.
"""

from __future__ import annotations

from mintage.generalize.base import Operation
from mintage.generalize.debian import Debian


class Ubuntu(Debian, ids=("ubuntu",)):
    scripts = (*Debian.scripts, "ubuntu.sh")
    traces = (
        *Debian.traces,
        Operation("installer", "Let the recipe remove what curtin or subiquity left in /etc/cloud and /etc/netplan."),
        Operation("ubuntu-pro", "Run pro detach in the recipe."),
        Operation("pollinate", "Remove /var/cache/pollinate/seeded in the recipe."),
    )
