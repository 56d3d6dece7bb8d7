"""What a build did to the installed packages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from mintage.artifacts import Package, PackageChange, PackageChanges


def diff(before: Iterable[Package], after: Iterable[Package]) -> PackageChanges:
    """Compare two lists of installed packages; the answer is in the order of names.

    A package that is installed in several versions at once (kernels, where the version is not in the name) counts as
    changed only when exactly one version went and exactly one came.
    """
    old, new = _by_name(before), _by_name(after)
    installed, changed, removed = [], [], []
    for name in sorted(old.keys() | new.keys()):
        gone, came = sorted(old[name] - new[name]), sorted(new[name] - old[name])
        if len(gone) == len(came) == 1:
            changed.append(PackageChange(name=name, before=gone[0], after=came[0]))
        else:
            installed += [Package(name=name, version=version) for version in came]
            removed += [Package(name=name, version=version) for version in gone]
    return PackageChanges(installed=tuple(installed), changed=tuple(changed), removed=tuple(removed))


def _by_name(packages: Iterable[Package]) -> defaultdict[str, set[str]]:
    versions: defaultdict[str, set[str]] = defaultdict(set)
    for package in packages:
        versions[package.name].add(package.version)
    return versions
