"""Debian."""

from __future__ import annotations

from mintage.generalize.base import Operation, Question
from mintage.generalize.linux import Linux


class Debian(Linux, ids=("debian",)):
    scripts = (*Linux.scripts, "locks.sh", "debian.sh")
    traces = (
        *Linux.traces,
        Operation("package-cache", "Set generalize.keep_package_cache, or see in the log what apt said."),
        Operation("iscsi-initiator", "Write GenerateName=yes to /etc/iscsi/initiatorname.iscsi in the recipe."),
    )
    questions = (
        *Linux.questions,
        Question("package-manager", "Let apt end, or mend what it left with dpkg --configure -a, in the recipe."),
    )
    list_packages = (
        "dpkg-query --show --showformat='${db:Status-Abbrev}\\t${binary:Package}\\t${Version}\\n'"
        " | awk -F'\\t' '$1 ~ /^.i/ { print $2 \"\\t\" $3 }'"
    )
    disturbers = (*Linux.disturbers, "apt-daily.timer", "apt-daily-upgrade.timer", "unattended-upgrades.service")
