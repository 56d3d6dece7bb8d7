"""Each recipe of docs/forms.md is one; what is not said there is as in any other."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from mintage.recipe import parse_recipe

PAGE = (Path(__file__).parents[3] / "docs" / "forms.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"^## ([^\n]+)\n\n```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
USUAL = {
    "name": "web",
    "os": "linux",
    "source": {"kind": "marketplace", "publisher": "Debian", "offer": "debian-12", "sku": "12-gen2"},
    "build": {"region": "westeurope"},
}


def test_every_form_has_an_example() -> None:
    assert EXAMPLES.keys() >= {"Copy", "Managed image", "VHD", "From snapshots", "Data disks", "Specialized"}


@pytest.mark.parametrize("heading", EXAMPLES)
def test_an_example_is_a_recipe(heading: str) -> None:
    parse_recipe(USUAL | YAML(typ="safe").load(EXAMPLES[heading]))


SPECIALIZED = {"name": "web", "publisher": "c", "offer": "d", "sku": "w", "state": "specialized"}
PUBLISH = {"resource_group": "images", "gallery": "images", "definition": SPECIALIZED}


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
            "lun 1 is given twice",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_is_refused(wrong: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        parse_recipe(USUAL | wrong)
