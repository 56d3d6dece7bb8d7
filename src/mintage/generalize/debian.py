"""Debian."""

from __future__ import annotations

from typing import ClassVar

from mintage.generalize.base import Distribution, Operation, Question
from mintage.generalize.linux import IDENTITY, QUESTIONS, SCRIPTS, TRACES


class Debian(Distribution, ids=("debian",)):
    scripts: ClassVar[tuple[str, ...]] = (*SCRIPTS, "debian.sh")
    operations: ClassVar[tuple[Operation, ...]] = (
        *TRACES,
        Operation("package-cache", "Set generalize.keep_package_cache, or see in the log what apt said."),
        Operation("iscsi-initiator", "Write GenerateName=yes to /etc/iscsi/initiatorname.iscsi in the recipe."),
        *IDENTITY,
    )
    questions = (
        *QUESTIONS,
        Question("package-manager", "Let apt end, or mend what it left with dpkg --configure -a, in the recipe."),
    )
    list_packages = (
        "dpkg-query --show --showformat='${db:Status-Abbrev}\\t${binary:Package}\\t${Version}\\n'"
        " | awk -F'\\t' '$1 ~ /^.i/ { print $2 \"\\t\" $3 }'"
    )
