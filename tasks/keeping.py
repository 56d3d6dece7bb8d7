"""What a build keeps beside the results of its steps, in the same storage, for steps that run in other processes."""

from __future__ import annotations

from typing import TypeVar

from prefect.results import ResultStore, get_result_store
from prefect.serializers import JSONSerializer

from mintage.artifacts import Artifact

Kept = TypeVar("Kept", bound=Artifact)


def result_key(build_id: str, step: str) -> str:
    """Return where a step's result is kept in Prefect's result storage, which all workers share."""
    return f"build/{build_id}/{step.replace(' ', '-')}"


def keep(build_id: str, name: str, artifact: Artifact) -> None:
    """Keep an artifact for the build; what was kept under that name is replaced."""
    _store().write(artifact, key=result_key(build_id, name))


def recall(build_id: str, name: str, kind: type[Kept]) -> Kept | None:
    """Return what the build kept, or the result of its step of that name; None when it did not get that far."""
    store, key = _store(), result_key(build_id, name)
    if not store.exists(key):
        return None
    found = store.read(key).result
    return found if isinstance(found, kind) else None


def _store() -> ResultStore:
    """With the storage that the run found at its start.

    Asked for again, a server that is away would name none, and Prefect would look in a folder of this host instead.
    """
    return ResultStore(result_storage=get_result_store().result_storage, serializer=JSONSerializer())
