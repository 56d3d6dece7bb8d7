"""What distributions made of RPM packages have. The stand-in for rpm reads a list in place of a database."""

from __future__ import annotations

from tests.support.layouts.base import Layout

_RPM = """#!/bin/bash
[ "$1 $2 $3" = "--query --all --queryformat" ] || { echo "unexpected: $*" >&2; exit 1; }
while read -r name arch epoch version release; do
    text=${4//'%{NAME}'/$name}
    text=${text//'%{ARCH}'/$arch}
    if [ "$epoch" = - ]; then epoch=; else epoch=$epoch:; fi
    text=${text//'%|EPOCH?{%{EPOCH}:}|'/$epoch}
    text=${text//'%{VERSION}'/$version}
    printf "${text//'%{RELEASE}'/$release}"
done </var/lib/rpm/packages
"""
_RPMDB = '#!/bin/sh\n[ "$1" = --verifydb ] && [ -s /var/lib/rpm/packages ]\n'
_PACKAGES = "bash x86_64 - 5.1.8 9\nbind-libs x86_64 32 9.16.23 1\ngpg-pubkey (none) - fd431d51 4ae0493b\n"
RPM = Layout(
    files={
        "var/lib/rpm/packages": _PACKAGES,
        "var/lib/rpm/__db.001": "environment\n",
        # Of a process that is long gone: no number of a process is as high.
        "run/dnf.pid": "4194305\n",
        "run/zypp.pid": "4194305\n",
        "etc/udev/rules.d/85-persistent-net-cloud-init.rules": "rule\n",
    },
    stand_ins={"rpm": _RPM, "rpmdb": _RPMDB},
    gone=("var/lib/rpm/__db.001", "etc/udev/rules.d/85-persistent-net-cloud-init.rules"),
    kept={"var/lib/rpm/packages": _PACKAGES},
    packages=(("bash.x86_64", "5.1.8-9"), ("bind-libs.x86_64", "32:9.16.23-1")),
)


def cleaning(words: str, folder: str) -> str:
    """A package manager that is told to clean its cache in these words; records of its own stay there."""
    refuse = '{ echo "unexpected: $*" >&2; exit 1; }'
    return f'#!/bin/sh\n[ "$*" = "{words}" ] || {refuse}\nrm -rf {folder}/*/packages {folder}/*/repodata\n'
