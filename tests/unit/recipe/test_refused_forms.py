"""What recipes of forms refuse. Those of docs/forms.md are delivered in tests/contract/azure."""

import pytest
from pydantic import ValidationError

from mintage.recipe import parse_recipe
from tests.support.documented import USUAL

SPECIALIZED = {"name": "web", "publisher": "c", "offer": "d", "sku": "w", "state": "specialized"}
PUBLISH = {"resource_group": "images", "gallery": "images", "definition": SPECIALIZED}
BUILD = {"region": "westeurope"}


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"publish": PUBLISH | {"forms": [{"kind": "managed_image", "resource_group": "r"}]}}, "must be generalized"),
        ({"publish": PUBLISH, "generalize": {"keep_logs": True}}, "state is specialized"),
        ({"publish": PUBLISH, "os": "windows"}, "specialized is for Linux"),
        ({"publish": PUBLISH | {"forms": [{"kind": "vhd"}]}}, "either folder or container"),
        (
            {"publish": PUBLISH | {"safety": {"block_deletion_before_end_of_life": True}}},
            "needs end_of_life",
        ),
        (
            {
                "publish": PUBLISH,
                "build": {"region": "westeurope", "data_disks": [{"lun": 1, "gib": 1}, {"lun": 1, "gib": 2}]},
            },
            r"1 is used by build\.data_disks\[0\]\.lun already",
        ),
        (
            {"publish": PUBLISH, "build": BUILD | {"network": {"prefix": "10.83.0.0/255.255.255.0"}}},
            r"is to be written as 10\.83\.0\.0/24",
        ),
        ({"publish": PUBLISH, "build": BUILD | {"network": {"prefix": "169.254.0.0/16"}}}, r"cannot be a network's"),
        (
            {"publish": PUBLISH, "build": BUILD | {"network": {"prefix": "168.0.0.0/8"}}},
            r"does not allow it 168\.63\.129\.16/32",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_is_refused(wrong: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        parse_recipe(USUAL | wrong)
