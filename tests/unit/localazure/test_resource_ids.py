"""Ids and paths: what a URL names."""

from __future__ import annotations

import pytest

from localazure.arm.calls import Target
from localazure.arm.ids import ResourceId
from localazure.arm.paths import parse_target

GROUP = "/subscriptions/s/resourceGroups/g"
COMPUTE = f"{GROUP}/providers/Microsoft.Compute"
IMAGE = f"{COMPUTE}/galleries/gal/images/def"
VM = "Microsoft.Compute/virtualMachines"
TYPES = {"microsoft.compute/galleries/images", "microsoft.compute/disks"}


@pytest.mark.parametrize("text", ["/subscriptions/s", GROUP, f"{COMPUTE}/disks/d", IMAGE])
def test_an_id_is_written_as_it_was_read(text: str) -> None:
    assert str(ResourceId.parse(text)) == text


@pytest.mark.parametrize(
    "text", ["", "disk", "subscriptions/s", "/subscriptions", "/tenants/t", f"{COMPUTE}/disks", f"{GROUP}/x/y"]
)
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a resource id"):
        ResourceId.parse(text)


def test_two_spellings_of_an_id_are_one_resource() -> None:
    assert ResourceId.parse(IMAGE).key == ResourceId.parse(IMAGE.upper().replace("/SUB", "/sub")).key


def test_an_id_knows_its_family() -> None:
    image = ResourceId.parse(IMAGE)
    assert image.type == "Microsoft.Compute/galleries/images"
    assert image.name == "def"
    assert image.parent is not None
    assert image.parent.name == "gal"
    assert image.parent.parent is None
    assert str(image.group_id) == GROUP
    assert image.child("versions", "1.0.0").type == "Microsoft.Compute/galleries/images/versions"
    assert str(image.sibling("Microsoft.Network/virtualNetworks", "v")).endswith(
        "g/providers/Microsoft.Network/virtualNetworks/v"
    )


@pytest.mark.parametrize(
    ("method", "path", "full_type", "name", "action"),
    [
        ("GET", f"{COMPUTE}/disks", "Microsoft.Compute/disks", None, None),
        ("GET", "/subscriptions/s/providers/Microsoft.Compute/disks", "Microsoft.Compute/disks", None, None),
        ("PUT", f"{COMPUTE}/disks/d", "Microsoft.Compute/disks", "d", None),
        ("POST", f"{COMPUTE}/virtualMachines/v/start", VM, "v", "start"),
        ("GET", f"{COMPUTE}/virtualMachines/v/instanceView", VM, "v", "instanceView"),
        ("GET", f"{COMPUTE}/galleries/gal/images", "Microsoft.Compute/galleries/images", None, None),
        ("GET", "/subscriptions/s/resourcegroups", "Microsoft.Resources/resourceGroups", None, None),
        ("PUT", GROUP, "Microsoft.Resources/resourceGroups", "g", None),
    ],
)
def test_a_path_names_a_resource_a_list_or_an_action(
    method: str, path: str, full_type: str, name: str | None, action: str | None
) -> None:
    target = parse_target(method, path, TYPES)
    assert target is not None
    assert (target.full_type, target.resource.name if target.resource else None, target.action) == (
        full_type,
        name,
        action,
    )


def test_a_list_knows_where_it_looks() -> None:
    target = parse_target("GET", f"{COMPUTE}/galleries/gal/images", TYPES)
    assert isinstance(target, Target)
    assert str(target.scope).endswith("/galleries/gal")


@pytest.mark.parametrize("path", ["/", "/tenants", "/subscriptions/s", "/metadata/endpoints"])
def test_other_paths_name_nothing(path: str) -> None:
    assert parse_target("GET", path, TYPES) is None
