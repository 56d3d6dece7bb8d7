"""Which files are the VHDs of a version, and which of another version or build."""

from __future__ import annotations

from pathlib import Path

from mintage.azure.vhd_names import drafts_named, files_named, name_of
from mintage.upload.export_file import draft_of

STEM = "web-1.0.1"


def test_the_files_of_a_version_are_found_by_its_names(tmp_path: Path) -> None:
    own = {tmp_path / name_of(STEM, lun) for lun in (None, 0, 12)}
    others = [tmp_path / name_of(stem, lun) for stem in ("web-1.0.11", "web") for lun in (None, 0)]
    for file in (*own, *others, *(draft_of(each, "build") for each in own)):
        file.touch()
    assert set(files_named(tmp_path, STEM)) == own


def test_a_build_finds_only_its_own_drafts(tmp_path: Path) -> None:
    files = [tmp_path / name_of(STEM, lun) for lun in (None, 0)]
    own = {draft_of(each, "build") for each in files}
    for file in (*files, *own, *(draft_of(each, "another") for each in files)):
        file.touch()
    assert set(drafts_named(tmp_path, STEM, "build")) == own
