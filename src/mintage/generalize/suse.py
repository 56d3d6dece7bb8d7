"""openSUSE, and SUSE Linux Enterprise Server with its registration."""

from __future__ import annotations

from mintage.generalize.base import Operation, Question
from mintage.generalize.rpm import Rpm


class OpenSuse(Rpm, ids=("opensuse-leap", "opensuse-tumbleweed")):
    scripts = (*Rpm.scripts, "profiles.sh", "suse.sh")
    traces = (
        *Rpm.traces,
        Operation("dhcp-hostname", 'Write DHCLIENT_SET_HOSTNAME="no" to /etc/sysconfig/network/dhcp in the recipe.'),
        Operation("targetpw", "Comment out Defaults targetpw, and the line for ALL that needs it, in the recipe."),
        Operation("net-profiles", "Let the recipe remove the cards' addresses from the network profiles it makes."),
    )
    questions = (
        *Rpm.questions,
        Question("snapshots", "Delete the snapshots with snapper in the recipe: they keep what generalizing removes."),
    )
    disturbers = (*Rpm.disturbers, "snapper-timeline.timer", "snapper-cleanup.timer")


class Sles(OpenSuse, ids=("sles", "sles_sap")):
    scripts = (*OpenSuse.scripts, "sles.sh")
    traces = (
        *OpenSuse.traces,
        Operation("subscription", "Run SUSEConnect --de-register, or registercloudguest --clean, in the recipe."),
    )
