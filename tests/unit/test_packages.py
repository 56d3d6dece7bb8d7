"""What a build did to the packages is told apart by name and version."""

from __future__ import annotations

from mintage.artifacts import Package, PackageChange, PackageChanges
from mintage.packages import diff


def packages(**versions: str) -> list[Package]:
    return [Package(name=name, version=version) for name, version in versions.items()]


def test_what_came_changed_and_went_is_told_in_the_order_of_names() -> None:
    before = packages(vim="9", curl="7.88", bash="5.2", apt="2.6")
    after = packages(nginx="1.22", curl="7.89", bash="5.2", acl="2.3")
    assert diff(before, after) == PackageChanges(
        installed=(Package(name="acl", version="2.3"), Package(name="nginx", version="1.22")),
        changed=(PackageChange(name="curl", before="7.88", after="7.89"),),
        removed=(Package(name="apt", version="2.6"), Package(name="vim", version="9")),
    )


def test_nothing_changed_is_nothing() -> None:
    assert diff(packages(bash="5"), packages(bash="5")) == PackageChanges()


def test_a_second_kernel_beside_the_first_is_installed_and_not_a_change() -> None:
    old, new = Package(name="kernel", version="5.14-1"), Package(name="kernel", version="5.14-2")
    assert diff([old], [old, new]) == PackageChanges(installed=(new,))
    assert diff([old, new], [new]) == PackageChanges(removed=(old,))
