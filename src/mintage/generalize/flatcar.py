"""Flatcar Container Linux: no package manager; Ignition and Azure's agent provision it, in place of cloud-init."""

from __future__ import annotations

from mintage.generalize.base import Operation, Question
from mintage.generalize.linux import Linux

_HOST_KEYS = Question("host-keys-return", "Let sshd-keygen.service make host keys: do not mask it in the recipe.")


class Flatcar(Linux, ids=("flatcar",)):
    scripts = (*Linux.scripts, "flatcar.sh")
    identity = (
        *Linux.identity,
        Operation("ignition", "Touch /boot/flatcar/first_boot, so that the next boot is a first one."),
    )
    questions = tuple(_HOST_KEYS if question.name == _HOST_KEYS.name else question for question in Linux.questions)
    # The system is one package; what is beside it comes as extensions, whose file names carry the version.
    list_packages = (
        "(. /etc/os-release && printf 'flatcar\\t%s\\n' \"$VERSION_ID\");"
        ' for each in /etc/extensions/* /var/lib/extensions/*; do [ ! -e "$each" ] ||'
        ' printf \'%s\\t%s\\n\' "$(basename "$each")" "$(basename "$(readlink -f "$each")")"; done'
    )
    disturbers = (*Linux.disturbers, "update-engine.service", "locksmithd.service")
