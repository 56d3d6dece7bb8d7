"""What a build keeps beside the results of its steps, in the same storage, for steps that run in other processes."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from prefect.filesystems import LocalFileSystem
from prefect.results import ResultStore, get_result_store
from prefect.serializers import JSONSerializer

from mintage.artifacts import Artifact

Kept = TypeVar("Kept", bound=Artifact)


def result_key(build_id: str, step: str) -> str:
    """Return where a step's result is kept in Prefect's result storage, which all workers share."""
    return f"build/{build_id}/{step.replace(' ', '-')}"


def keep(build_id: str, name: str, artifact: Artifact) -> None:
    """Keep an artifact for the build; what was kept under that name is replaced."""
    store, key = _store(), result_key(build_id, name)
    record = store.create_result_record(artifact, key=key)
    file = _file(store, key)
    if file is None:
        store.persist_result_record(record)
    else:
        _write_whole(file, record.serialize())


def recall(build_id: str, name: str, kind: type[Kept]) -> Kept | None:
    """Return what the build kept, or the result of its step of that name; None when it did not get that far.

    Raises OSError when it cannot be read from a folder, which does not mean that it is not there.
    """
    store, key = _store(), result_key(build_id, name)
    if not store.exists(key):
        _demand_readable(_file(store, key))
        return None
    found = store.read(key).result
    return found if isinstance(found, kind) else None


def keep_first(build_id: str, name: str, artifact: Artifact) -> bool:
    """Keep it unless something is kept under that name; whether it was kept. Of several processes at once, one does.

    In a storage that is no folder, two that do so in the same moment may both be told that they did.
    """
    store, key = _store(), result_key(build_id, name)
    file = _file(store, key)
    if file is None:
        if store.exists(key):
            return False
        keep(build_id, name, artifact)
        return True
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("xb") as new:
            new.write(store.create_result_record(artifact, key=key).serialize())
    except FileExistsError:
        return False
    return True


def is_kept(build_id: str, name: str) -> bool:
    """Whether anything is kept under that name; it may not be whole yet."""
    store, key = _store(), result_key(build_id, name)
    file = _file(store, key)
    return store.exists(key) if file is None else file.exists()


def _file(store: ResultStore, key: str) -> Path | None:
    """Where that is, if results are kept in a folder, this machine's own or one that several share."""
    storage = store.result_storage
    if not isinstance(storage, LocalFileSystem) or not storage.basepath:
        return None
    return Path(storage.basepath).expanduser().resolve() / key


def _write_whole(file: Path, content: bytes) -> None:
    """Others see what was there before, or all of it: also other machines, and also when this process dies in it.

    Prefect's own writing empties the file first. Of a claim, another machine would see then that nobody has one.
    """
    draft = file.with_name(f".{file.name}.{uuid4().hex}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def _demand_readable(file: Path | None) -> None:
    """Prefect takes a failure to read, such as of a share that is away, for nothing there: all would be done again."""
    if file is None:
        return
    with suppress(FileNotFoundError):
        file.read_bytes()


def _store() -> ResultStore:
    """With the storage that the run found at its start.

    Asked for again, a server that is away would name none, and Prefect would look in a folder of this host instead.
    """
    return ResultStore(result_storage=get_result_store().result_storage, serializer=JSONSerializer())
