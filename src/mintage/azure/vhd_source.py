"""A disk that is in a file or in a blob, as an image to start from."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mintage.artifacts import ResolvedSource
from mintage.azure.clients import Clients
from mintage.build_plan import BuildPlan
from mintage.errors import SettingsError, SourceError
from mintage.recipe import VhdSource, in_seconds
from mintage.upload import PageBlob
from mintage.upload.ranges import Piece
from mintage.vhd import VhdImage, footer, open_image
from mintage.vhd.disk_file import MIB
from mintage.vhd.partitions import NEEDED, check_bootable

STORAGE_SCOPE = "https://storage.azure.com/.default"
_GIB = 1024**3


def resolve_vhd(clients: Clients, plan: BuildPlan, source: VhdSource) -> ResolvedSource:
    """Look at all of a file, or at the ends of a blob. Raises SourceError for what no VM could boot from."""
    return _resolve_blob(clients, plan, source) if source.url else _resolve_file(plan, source)


def file_of(plan: BuildPlan, source: VhdSource) -> Path:
    """The file; a relative name is the recipe's neighbour."""
    return Path(plan.recipe_folder) / (source.file or "")


@contextmanager
def opened_file(plan: BuildPlan, source: VhdSource) -> Iterator[VhdImage]:
    """The file as a fixed VHD. Raises as ``open_image``."""
    seconds = in_seconds(plan.recipe.timeouts.convert)
    with open_image(file_of(plan, source), generation=source.generation, seconds=seconds) as image:
        yield image


@contextmanager
def opened_blob(clients: Clients, source: VhdSource) -> Iterator[PageBlob]:
    """The blob that the recipe names, by its signature or by the worker's identity.

    Raises SettingsError when there is to be a signature and there is none.
    """
    url = str(source.url)
    signed = f"{url}?{_signature(source.sas_variable)}" if source.sas_variable else url
    credential = None if source.sas_variable else clients.credential
    with PageBlob(signed, url, credential=credential, ca_file=clients.ca_file, tell=clients.tell) as blob:
        yield blob


def authorization(clients: Clients, source: VhdSource) -> Callable[[], str | None]:
    """What lets the service read the blob on the worker's behalf: a token, unless the URL is signed."""
    return (lambda: None) if source.sas_variable else (lambda: by_token(clients))


def by_token(clients: Clients) -> str:
    return f"Bearer {clients.credential.get_token(STORAGE_SCOPE).token}"


def _resolve_file(plan: BuildPlan, source: VhdSource) -> ResolvedSource:
    with opened_file(plan, source) as image:
        return _resolved(plan, source, f"{file_of(plan, source).name} sha256:{image.sha256}", image.sha256, image.size)


def _resolve_blob(clients: Clients, plan: BuildPlan, source: VhdSource) -> ResolvedSource:
    with opened_blob(clients, source) as blob:
        etag, length = blob.etag(), blob.length()
        size = length - footer.SIZE
        found = footer.parse(blob.read(Piece(max(0, size), footer.SIZE))) if size > 0 else None
        if found is None or not found.intact or (found.kind, found.size) != (footer.FIXED, size) or size % MIB:
            raise _no_vhd(blob.where, length, found)
        check_bootable(blob.read(Piece(0, NEEDED)), source.generation, blob.where)
    return _resolved(plan, source, f"{source.url} {etag}", etag, size)


def _resolved(plan: BuildPlan, source: VhdSource, identity: str, content: str, size: int) -> ResolvedSource:
    return ResolvedSource(
        kind="vhd",
        version=content,
        identity=identity,
        content=content,
        generation=source.generation,
        os_disk_size_gib=-(-size // _GIB),
        os=plan.recipe.os,
    )


def _signature(variable: str) -> str:
    signature = os.environ.get(variable, "").strip().removeprefix("?")
    if "sig=" not in signature:
        raise SettingsError(
            "The signature of the source's blob is not there",
            where=variable,
            seen="unset" if not signature else "set, but to no signature: it has no sig=",
            remedy="set it in the worker's environment to the part of the blob's URL after the question mark",
        )
    return signature


def _no_vhd(where: str, length: int, found: footer.Footer | None) -> SourceError:
    seen = f"{length} bytes, " + (f"a footer that says {found}" if found else "and no footer at their end")
    return SourceError(
        "The blob is no fixed VHD of whole MiB",
        where=where,
        seen=seen,
        remedy="give the file itself (source.file): raw, qcow2, VHD and VHDX are converted on the way",
    )
