"""One file out of a guest: streamed, gone on with after a lost connection, its hash compared with the guest's."""

from __future__ import annotations

import base64
import hashlib
from io import BufferedRandom
from pathlib import Path, PureWindowsPath

from mintage.errors import CommandFailed, ConnectionFailed
from mintage.remote.winrm.conversation import Answer, Conversation
from mintage.remote.winrm.resume import resume
from mintage.remote.winrm.session import Session

_TIMEOUT = 4 * 3600.0


def download(session: Session, source: PureWindowsPath, destination: Path) -> None:
    """Bring a file of the guest here; at ``destination`` is nothing of it before it is whole.

    Raises CommandFailed when there is none, ConnectionFailed when what arrived is not what is there.
    """
    part = destination.with_name(destination.name + ".part")
    try:
        with part.open("w+b") as content:
            resume(session, lambda: _fetch(session, source, content), content.tell)
        part.replace(destination)
    finally:
        part.unlink(missing_ok=True)


def _fetch(session: Session, source: PureWindowsPath, content: BufferedRandom) -> None:
    given = {"path": str(source), "offset": content.tell()}
    with Conversation(session, "download.ps1", given, timeout=_TIMEOUT) as conversation:
        for answer in conversation.answers():
            _take(session, source, answer, content)


def _take(session: Session, source: PureWindowsPath, answer: Answer, content: BufferedRandom) -> None:
    if "refused" in answer:
        where = f"{session.where}: {source}"
        raise CommandFailed("The file cannot be fetched from the guest", where=where, seen=str(answer["refused"]))
    if "output" in answer:
        content.write(base64.b64decode(answer["output"]))
    else:
        _demand_whole(session, source, answer, content)


def _demand_whole(session: Session, source: PureWindowsPath, answer: Answer, content: BufferedRandom) -> None:
    content.seek(0)
    received = hashlib.file_digest(content, "sha256").hexdigest()
    if received != str(answer["sha256"]).lower():
        seen = f"SHA-256 {received} of {content.tell()} bytes, there {answer['sha256']} of {answer['size']}"
        # What was changed meanwhile is fetched from its beginning.
        content.seek(0)
        content.truncate()
        raise ConnectionFailed(
            "What arrived from the guest is not what is there", where=f"{session.where}: {source}", seen=seen
        )
