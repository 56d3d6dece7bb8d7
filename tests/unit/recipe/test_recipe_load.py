"""A loaded recipe is whole, and its hash stands for every byte that goes into the image."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from pydantic import ValidationError

from mintage.recipe import FileStep, ShellStep, parse_recipe
from mintage.recipe_file import LoadedRecipe, load_recipe

RECIPE = """\
name: web
os: linux
source: {kind: marketplace, publisher: Debian, offer: debian-12, sku: 12-gen2}
build:
  region: westeurope
  network:
    subnet_id: /subscriptions/s/resourceGroups/r/providers/Microsoft.Network/virtualNetworks/v/subnets/n
customize:
- {name: page, kind: file, source: files/page.html, destination: /srv/page.html}
- {name: all, kind: directory, source: files/site, destination: /srv/site}
- {name: set up, kind: shell, script: files/setup.sh}
verify:
  tests: [{name: works, script: files/test.sh}]
publish:
  resource_group: images
  gallery: golden
  definition: {name: web, publisher: us, offer: web, sku: web}
  end_of_life: 2099-01-01
"""
FILES = ("files/page.html", "files/site/a/b.css", "files/setup.sh", "files/test.sh")


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"# {name}\n")
    (tmp_path / "recipe.yaml").write_text(RECIPE)
    return tmp_path / "recipe.yaml"


def test_a_recipe_is_loaded_with_its_place(recipe: Path) -> None:
    loaded = load_recipe(recipe)
    assert loaded.recipe.customize[:1] == (
        FileStep(name="page", kind="file", source="files/page.html", destination=PurePosixPath("/srv/page.html")),
    )
    assert loaded.recipe.customize[2:] == (ShellStep(name="set up", kind="shell", script="files/setup.sh"),)
    assert (loaded.path, loaded.folder) == (recipe.resolve(), recipe.parent.resolve())


def test_a_loaded_recipe_survives_the_way_between_processes(recipe: Path) -> None:
    loaded = load_recipe(recipe)
    assert LoadedRecipe.model_validate_json(loaded.model_dump_json()) == loaded


def test_a_relative_path_gives_the_same_recipe(recipe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load_recipe(recipe)
    monkeypatch.chdir(recipe.parent)
    assert load_recipe(Path("recipe.yaml")) == loaded


@pytest.mark.parametrize("name", [*FILES, "recipe.yaml"])
def test_the_hash_changes_with_every_file(recipe: Path, name: str) -> None:
    before = load_recipe(recipe).sha256
    changed = recipe.parent / name
    changed.write_text(changed.read_text() + "# changed\n")
    assert load_recipe(recipe).sha256 != before


def test_a_link_within_a_copied_folder_is_fine_and_where_it_leads_is_hashed(recipe: Path) -> None:
    hashes = {load_recipe(recipe).sha256}
    link = recipe.parent / "files/site/link"
    for target in ("a", "a/b.css"):
        link.unlink(missing_ok=True)
        link.symlink_to(target)
        hashes.add(load_recipe(recipe).sha256)
    assert len(hashes) == 3


def test_the_hash_changes_when_a_file_is_renamed_or_made_executable(recipe: Path) -> None:
    hashes = {load_recipe(recipe).sha256}
    copied = recipe.parent / "files/site/a/b.css"
    copied.chmod(0o755)
    hashes.add(load_recipe(recipe).sha256)
    copied.rename(copied.with_name("c.css"))
    hashes.add(load_recipe(recipe).sha256)
    assert len(hashes) == 3


def test_the_hash_does_not_depend_on_where_the_recipe_lies_or_on_what_it_does_not_name(recipe: Path) -> None:
    before = load_recipe(recipe).sha256
    (recipe.parent / "files/unused").write_text("x")
    moved = recipe.parent.rename(recipe.parent.with_name("elsewhere"))
    assert load_recipe(moved / "recipe.yaml").sha256 == before


def test_a_recipe_made_in_python_is_held_to_the_same_rules(recipe: Path) -> None:
    good = load_recipe(recipe).recipe.model_dump()
    twice = {**good, "customize": [good["customize"][0]] * 2}
    with pytest.raises(ValidationError, match=r"'page' is used by customize\[0\].name already"):
        parse_recipe(twice)


def test_steps_whose_results_would_be_kept_in_one_place_are_refused(recipe: Path) -> None:
    good = load_recipe(recipe).recipe.model_dump()
    step = good["customize"][0]
    alike = {**good, "customize": [step | {"name": "harden ssh"}, step | {"name": "Harden-ssh"}]}
    with pytest.raises(ValidationError, match=r"'Harden-ssh' is used by customize\[0\].name already"):
        parse_recipe(alike)
