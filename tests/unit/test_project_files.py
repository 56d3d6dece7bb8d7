"""What the files around the code promise each other, where no other tool would notice."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from localazure.providers.all import PROVIDERS

ROOT = Path(__file__).parents[2]
LOCKS = ("runtime", "dev", "azure-cli")
PINNED = re.compile(r"^(?P<name>[a-z0-9.-]+)==(?P<version>\S+)", re.MULTILINE)


def lock_text(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.lock").read_text()


def locked(name: str) -> dict[str, str]:
    return {match["name"]: match["version"] for match in PINNED.finditer(lock_text(name))}


def pyproject() -> dict[str, Any]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)


PROJECT = pyproject()["project"]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_place_to_download_from(name: str) -> None:
    lines = lock_text(name).splitlines()
    assert [line for line in lines if "://" in line or line.startswith("-")] == []


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_a_hash(name: str) -> None:
    packages = re.split(r"^(?=[a-z0-9])", lock_text(name), flags=re.MULTILINE)[1:]
    # One package may be pinned twice, for different systems.
    assert len(packages) == len(PINNED.findall(lock_text(name)))
    assert [package for package in packages if "--hash=sha256:" not in package] == []


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("runtime", PROJECT["dependencies"]),
        ("dev", PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]),
    ],
)
def test_a_lock_satisfies_what_pyproject_asks_for(name: str, wanted: list[str]) -> None:
    pins = locked(name)
    requirements = [Requirement(line) for line in wanted]
    assert {canonicalize_name(requirement.name) for requirement in requirements} <= pins.keys()
    unsatisfied = [
        requirement
        for requirement in requirements
        if Version(pins[canonicalize_name(requirement.name)]) not in requirement.specifier
    ]
    assert unsatisfied == []


def test_development_runs_on_what_users_get() -> None:
    assert locked("runtime").items() <= locked("dev").items()


def test_the_list_of_debian_packages_holds_package_names() -> None:
    lines = (ROOT / "deployments" / "debian-packages.txt").read_text().splitlines()
    names = [name for line in lines if (name := line.partition("#")[0].strip())]
    assert names
    assert len(names) == len(set(names))
    assert [name for name in names if not re.fullmatch(r"[a-z0-9][a-z0-9+.-]+", name)] == []


def test_types_are_checked_in_every_folder_with_python() -> None:
    ours = [path for path in ROOT.glob("[!.]*/") if path.name not in {"build", "var"}]
    folders = {path.name for path in ours if any(path.rglob("*.py"))}
    assert set(pyproject()["tool"]["mypy"]["files"]) == folders


def test_no_flow_or_task_hides_a_package() -> None:
    """Prefect puts the folder of a file entrypoint first on sys.path: flows/azure.py would be `azure` for everyone."""
    taken = sys.stdlib_module_names | packages_distributions().keys() | {"mintage", "localazure", "flows", "tasks"}
    modules = {path.stem for folder in ("flows", "tasks") for path in (ROOT / folder).iterdir()}
    assert modules & taken == set()


def test_make_help_lists_every_public_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: ((?:.*\\\n)*.*)", makefile, re.MULTILINE)
    assert phony is not None
    internal = {"debian", "venv"}
    helped = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = {line.split()[0] for line in helped.splitlines()}
    assert listed == set(phony[1].replace("\\\n", " ").split()) - internal


def test_the_documentation_of_each_provider_ends_in_what_it_does_not_do() -> None:
    others = {"README", "faults", "instant-hypervisor", "windows-guest"}
    pages = {page.stem: page.read_text() for page in (ROOT / "docs/localazure").glob("*.md") if page.stem not in others}
    for name, text in pages.items():
        assert text.rpartition("\n## ")[2].startswith("What it does not do\n"), name
    resource_types = {kind.full_type.partition("/")[2].partition("/")[0] for each in PROVIDERS for kind in each.types}
    assert resource_types
    undocumented = {kind for kind in resource_types if not any(kind in text for text in pages.values())}
    assert undocumented == set()
