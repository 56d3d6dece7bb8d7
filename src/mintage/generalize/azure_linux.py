"""Azure Linux, and CBL-Mariner, which it was called before."""

from __future__ import annotations

from mintage.generalize.rpm import Rpm


class AzureLinux(Rpm, ids=("azurelinux", "mariner")):
    """Nothing but what all of RPM's share; its agent is in /usr/bin."""
