"""What distributions made of RPM packages share, whatever installs them."""

from __future__ import annotations

from mintage.generalize.base import Operation, Question
from mintage.generalize.linux import BY_HAND, Linux


class Rpm(Linux):
    scripts = (*Linux.scripts, "locks.sh", "rpm.sh")
    traces = (
        *Linux.traces,
        Operation("package-cache", "Set generalize.keep_package_cache, or see in the log what went wrong."),
        Operation("rpm-db", "Stop what holds the database of packages open."),
        Operation("package-uuid", BY_HAND),
    )
    questions = (
        *Linux.questions,
        Question("package-manager", "Let it end in the recipe; rpmdb --rebuilddb mends a broken database of packages."),
    )
    # The imported keys, which rpm counts as packages, have versions that tell nobody anything.
    list_packages = (
        "rpm --query --all --queryformat '%{NAME}.%{ARCH}\\t%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}\\n'"
        " | grep -v '^gpg-pubkey' | sort"
    )
    disturbers = (*Linux.disturbers, "packagekit.service", "dnf-makecache.timer", "dnf-automatic.timer")
