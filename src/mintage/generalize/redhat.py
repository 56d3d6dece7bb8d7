"""Red Hat Enterprise Linux, and what is built from its sources.

``grub2-editenv - unset kernelopts``, which Microsoft's pages have, is not done here: it belongs before the
``grub2-mkconfig`` of a fresh installation, and on a machine that was built on it would undo what grubby wrote.
"""

from __future__ import annotations

from mintage.generalize.base import Operation
from mintage.generalize.linux import BY_HAND
from mintage.generalize.rpm import Rpm


class RedHatFamily(Rpm):
    scripts = (*Rpm.scripts, "profiles.sh", "redhat.sh")
    traces = (
        *Rpm.traces,
        Operation("installer", BY_HAND),
        Operation("resource-swap", "Let the recipe switch ResourceDisk.EnableSwap off, and remove the swap file."),
        Operation("managed-vf", "Let the recipe write a udev rule for hv_pci that sets NM_UNMANAGED to 1."),
        Operation("net-profiles", "Let the recipe remove the cards' addresses from the network profiles it makes."),
    )


class RedHat(RedHatFamily, ids=("rhel",)):
    scripts = (*RedHatFamily.scripts, "rhel.sh")
    traces = (
        *RedHatFamily.traces,
        Operation("subscription", "Run subscription-manager unregister, and then clean, in the recipe."),
    )


class Alma(RedHatFamily, ids=("almalinux",)):
    """As its sources."""


class Rocky(RedHatFamily, ids=("rocky",)):
    """As its sources."""


class Oracle(RedHatFamily, ids=("ol",)):
    scripts = (*RedHatFamily.scripts, "oracle.sh")
    traces = (
        *RedHatFamily.traces,
        Operation("subscription", "Remove /etc/sysconfig/rhn/systemid in the recipe."),
        Operation("persistent-net", "Let the recipe link the rules file that is named to /dev/null."),
    )
