"""Files and folders sent into a guest."""

from __future__ import annotations

import os
import socket
import stat
import tracemalloc
from pathlib import Path, PurePosixPath

import pytest

from mintage.errors import CommandFailed, ConnectionFailed, DeadlinePassed, RecipeError
from mintage.remote import ssh
from mintage.remote.ssh import SshRemote
from mintage.remote.transfer import tree_entries, write_tar

OWNER = f"{os.getuid()}:{os.getgid()}"


def _mode(path: Path) -> str:
    return f"{stat.S_IMODE(path.lstat().st_mode):04o}"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    tree = tmp_path / "tree"
    (tree / "deep" / "empty").mkdir(parents=True)
    (tree / "deep" / "tool").write_text("#!/bin/sh\n")
    (tree / "deep" / "tool").chmod(0o755)
    (tree / "odd \\ name\nwith a newline").write_bytes(os.urandom(100_000))
    (tree / "link").symlink_to("deep/tool")
    (tree / "twin").hardlink_to(tree / "deep" / "tool")
    return tree


def test_a_file_arrives_with_its_mode_and_its_folders_are_made(remote: SshRemote, tmp_path: Path) -> None:
    source, destination = tmp_path / "source", tmp_path / "a" / "b" / "file"
    source.write_text("content")
    remote.send_file(source, PurePosixPath(destination), mode="0640", owner=OWNER)
    assert destination.read_text() == "content"
    assert _mode(destination) == "0640"


def test_what_arrives_gets_its_label_where_selinux_is(remote: SshRemote, tree: Path, tmp_path: Path) -> None:
    program = tmp_path / "bin/restorecon"
    program.write_text(
        '#!/bin/sh\n[ "$1" = -f ] && while IFS= read -r name; do realpath -s "$name"; done <"$2" >labels\n'
    )
    program.chmod(0o755)
    (tree / "odd \\ name\nwith a newline").unlink()
    there = tmp_path / "there"
    remote.send_tree(tree, PurePosixPath(there), owner=OWNER)
    labelled = (there / "labels").read_text().splitlines()
    assert sorted(labelled) == sorted(str(there / p.relative_to(tree)) for p in tree.rglob("*"))


def test_sending_a_file_again_replaces_it(remote: SshRemote, tmp_path: Path) -> None:
    source, destination = tmp_path / "source", tmp_path / "file"
    for content in ("a longer first content", "second"):
        source.write_text(content)
        remote.send_file(source, PurePosixPath(destination), mode="0600", owner=OWNER)
    assert destination.read_text() == "second"


def test_a_folder_arrives_as_it_is(remote: SshRemote, tree: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    remote.send_tree(tree, PurePosixPath(there), owner=OWNER)
    assert sorted(p.relative_to(there) for p in there.rglob("*")) == sorted(
        p.relative_to(tree) for p in tree.rglob("*")
    )
    assert (there / "link").readlink() == Path("deep/tool")
    assert _mode(there / "deep" / "tool") == "0755"
    odd = "odd \\ name\nwith a newline"
    assert (there / odd).read_bytes() == (tree / odd).read_bytes()


def test_folders_and_files_that_are_there_already_stay(remote: SshRemote, tree: Path, tmp_path: Path) -> None:
    there, elsewhere = tmp_path / "there", tmp_path / "elsewhere"
    there.mkdir()
    elsewhere.mkdir(mode=0o711)
    (there / "deep").symlink_to(elsewhere)
    (there / "old").write_text("old")
    remote.send_tree(tree, PurePosixPath(there), owner=OWNER)
    assert (there / "old").read_text() == "old"
    assert (there / "deep").is_symlink()
    assert _mode(elsewhere) == "0711"
    assert (elsewhere / "tool").exists()


def test_an_owner_the_guest_does_not_know_is_an_error(remote: SshRemote, tree: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandFailed) as failure:
        remote.send_tree(tree, PurePosixPath(tmp_path / "there"), owner="nobody-we-know:root")
    assert "nobody-we-know" in failure.value.seen


def test_what_arrived_damaged_is_worth_a_retry(
    remote: SshRemote, tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify = ssh._VERIFY
    monkeypatch.setattr(ssh, "_VERIFY", 'echo damage >>"$1/deep/tool"; ' + verify)
    with pytest.raises(ConnectionFailed, match="not what was sent") as failure:
        remote.send_tree(tree, PurePosixPath(tmp_path / "there"), owner=OWNER)
    assert "deep/tool" in failure.value.seen


def test_a_guest_that_cannot_take_more_says_why(remote: SshRemote, tmp_path: Path) -> None:
    source = tmp_path / "big"
    with source.open("wb") as file:
        file.truncate(8 * 1024 * 1024)
    (tmp_path / "not-a-folder").touch()
    with pytest.raises(CommandFailed) as failure:
        remote.send_file(source, PurePosixPath(tmp_path / "not-a-folder" / "big"), mode="0644", owner=OWNER)
    assert "mkdir" in failure.value.seen


def test_what_takes_too_long_to_send_is_given_up(remote: SshRemote, tmp_path: Path) -> None:
    (tmp_path / "it").write_text("content")
    with pytest.raises(DeadlinePassed, match="after 0 s") as failure:
        remote.send_file(tmp_path / "it", PurePosixPath(tmp_path / "there"), mode="0644", owner=OWNER, timeout=0)
    assert "longer timeout" in failure.value.remedy
    assert not (tmp_path / "there").exists()


def test_a_tree_larger_than_memory_would_be_sent_in_blocks(tmp_path: Path) -> None:
    class Sink:
        size = 0

        def write(self, data: bytes) -> int:
            self.size += len(data)
            return len(data)

    sink, big = Sink(), 64 * 1024 * 1024
    with (tmp_path / "big").open("wb") as file:
        file.truncate(big)
    tracemalloc.start()
    write_tar(tree_entries(tmp_path), OWNER, sink)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sink.size > big
    assert peak < 4 * 1024 * 1024


def test_what_is_neither_file_nor_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        with pytest.raises(RecipeError, match="Neither"):
            list(tree_entries(tmp_path))


def test_text_is_fetched_as_it_is(remote: SshRemote, tmp_path: Path) -> None:
    (tmp_path / "it's a file").write_text("a\r\nb")
    assert remote.fetch_text(PurePosixPath(tmp_path / "it's a file")) == "a\r\nb"
