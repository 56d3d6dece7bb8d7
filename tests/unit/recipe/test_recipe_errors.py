"""A recipe that cannot be used is refused whole: every error, with file, line and field, before anything exists."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from mintage.errors import RecipeError
from mintage.recipe_file import load_recipe

VALID = """\
name: web
os: linux
source: {kind: marketplace, publisher: Debian, offer: debian-12, sku: 12-gen2}
build:
  region: westeurope
  sizes: [Standard_B1s]
customize:
- name: page
  kind: file
  source: files/page.html
  destination: /srv/page.html
- name: set up
  kind: shell
  script: files/setup.sh
publish:
  resource_group: images
  gallery: golden
  definition: {name: web, publisher: us, offer: web, sku: web}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "files").mkdir()
    (tmp_path / "files/page.html").write_text("hello\n")
    (tmp_path / "files/setup.sh").write_text("echo hello\n")
    return tmp_path


def complaints(folder: Path, text: str | bytes) -> list[str]:
    """What loading says after ``recipe.yaml:``, one item for each error."""
    recipe = folder / "recipe.yaml"
    recipe.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(RecipeError) as refused:
        load_recipe(recipe, today=date(2026, 7, 1))
    assert refused.value.where == str(recipe)
    assert refused.value.remedy == "correct the recipe; nothing has been created"
    count, *lines = refused.value.seen.splitlines()
    assert count == ("1 error" if len(lines) == 1 else f"{len(lines)} errors")
    return [line.removeprefix(f"{recipe}:").replace(str(folder.resolve()), "HERE") for line in lines]


MISTAKES = YAML(typ="safe").load(Path(__file__).with_name("mistakes.yaml"))


def test_the_recipe_that_the_others_differ_from_is_valid(folder: Path) -> None:
    (folder / "recipe.yaml").write_text(VALID)
    assert load_recipe(folder / "recipe.yaml").recipe.name == "web"


@pytest.mark.parametrize("mistake", MISTAKES, ids=[mistake["says"][0][:70] for mistake in MISTAKES])
def test_a_mistake_is_said_in_plain_words(folder: Path, mistake: dict[str, Any]) -> None:
    assert mistake["old"] in VALID
    assert complaints(folder, VALID.replace(mistake["old"], mistake["new"], 1)) == mistake["says"]


def test_all_mistakes_are_said_at_once_in_the_order_of_the_lines(folder: Path) -> None:
    broken = (
        VALID.replace("os: linux", "os: bsd\ntags: {windows: '11'}")
        .replace("name: set up", "name: page")
        .replace("files/page.html", "files/absent.html")
        .replace("gallery: golden", "galery: golden\n  end_of_life: 2020-01-01")
    )
    assert complaints(folder, broken) == [
        "2: os: must be one of linux, windows",
        "3: tags.windows: 'windows' begins with a reserved word: microsoft, azure, windows, mintage",
        "11: customize[0].source: 'HERE/files/absent.html' does not exist",
        "13: customize[1].name: 'page' is used by customize[0].name already",
        "16: publish.gallery: is missing",
        "18: publish.galery: is not a field here; did you mean gallery?",
        "19: publish.end_of_life: 2020-01-01 is not in the future",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1: is empty"),
        ("# only a comment\n", "1: is empty"),
        ("- a\n- b\n", "1: is not a mapping of fields, such as name: web"),
        ("just words", "1: is not a mapping of fields, such as name: web"),
        ("name: web\nos: [linux\n", "3: is not YAML: expected ',' or ']', but got '<stream end>'"),
        ("name: web\n\tos: linux\n", "2: is not YAML: found character '\\t' that cannot start any token"),
        ("a: 1\n---\nb: 2\n", "2: is not YAML: but found another document"),
        (
            "a: !!python/name:os.system x\n",
            "1: is not YAML: could not determine a constructor for the tag 'tag:yaml.org,2002:python/name:os.system'",
        ),
        (b"name: web\nos: \xff\n", "2: is not UTF-8 text"),
    ],
)
def test_what_is_not_a_yaml_mapping_is_refused(folder: Path, text: str | bytes, expected: str) -> None:
    assert complaints(folder, text) == [expected]


@pytest.fixture
def usual_depth() -> Iterator[None]:
    """Of Python's. localazure's PowerShell raises it in processes that evaluate some."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)
    yield
    sys.setrecursionlimit(before)


@pytest.mark.usefixtures("usual_depth")
def test_a_recipe_that_is_nested_without_end_is_refused(folder: Path) -> None:
    assert complaints(folder, "[" * 1000) == ["1: is not YAML: maximum recursion depth exceeded"]


def test_a_recipe_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(RecipeError) as refused:
        load_recipe(tmp_path / "absent.yaml")
    assert refused.value.seen == f"1 error\n{tmp_path}/absent.yaml: cannot be read: No such file or directory"


def test_an_alias_within_itself_does_not_hang(folder: Path) -> None:
    assert complaints(folder, VALID.replace("[Standard_B1s]", "&loop [*loop]")) == [
        "6: build.sizes[0]: must be text: put it in quotes"
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"echo hello\r\necho again\r\n", "has Windows line ends (CRLF): save it with LF, or no shell will run it"),
        (b"echo one\necho \xe9\n", "is not UTF-8 text: line 2"),
        (b"\n \n", "is empty"),
        (b"\xef\xbb\xbf#!/bin/sh\n", "begins with a byte order mark, which hides its first line from the shell"),
    ],
)
def test_a_script_no_shell_would_run_is_refused(folder: Path, content: bytes, expected: str) -> None:
    (folder / "files/setup.sh").write_bytes(content)
    assert complaints(folder, VALID) == [f"14: customize[1].script: 'HERE/files/setup.sh' {expected}"]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/etc/hostname", "is outside the recipe's folder"),
        ("nowhere", "does not exist"),
        ("page.html", "cannot be read: its links go round in a circle"),
        ("/dev/null", "is outside the recipe's folder"),
    ],
)
def test_a_link_may_not_lead_out_or_nowhere(folder: Path, target: str, expected: str) -> None:
    page = folder / "files/page.html"
    page.unlink()
    page.symlink_to(target)
    assert complaints(folder, VALID) == [f"10: customize[0].source: 'HERE/files/page.html' {expected}"]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/etc/hostname", "is a link that leads out of the copied folder"),
        ("../recipe.yaml", "is a link that leads out of the copied folder"),
        ("nowhere", "does not exist"),
    ],
)
def test_a_link_inside_a_copied_folder_is_held_to_the_same(folder: Path, target: str, expected: str) -> None:
    (folder / "files/link").symlink_to(target)
    copied = VALID.replace("kind: file", "kind: directory").replace("source: files/page.html", "source: files")
    assert complaints(folder, copied) == [f"10: customize[0].source: 'HERE/files/link' {expected}"]
