"""One file into a guest: streamed to one PowerShell, its hash checked there, gone on with after a lost connection."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath
from typing import IO

from mintage.errors import CommandFailed, ConnectionFailed, DeadlinePassed, RecipeError
from mintage.remote.winrm.conversation import Answer, Conversation
from mintage.remote.winrm.resume import resume
from mintage.remote.winrm.session import Session

BLOCK = 262_144 - 1
"""Bytes of a file on a line; a multiple of three, so that lines are full. See ``execution.BLOCK``."""


class Upload:
    """``space`` is what is needed on the destination's drive, in bytes; the file's size when not given."""

    def __init__(
        self,
        session: Session,
        source: Path,
        destination: PureWindowsPath,
        *,
        timeout: float,
        space: int | None = None,
    ) -> None:
        if not source.is_file():
            kind = "It is a folder" if source.is_dir() else "There is no such file"
            raise RecipeError(f"{kind}, and a file is to be copied into the image", where=str(source))
        self._session, self._source, self._destination = session, source, destination
        self._timeout, self._deadline = timeout, session.clock() + timeout
        self._size = source.stat().st_size
        self._space = self._size if space is None else space
        self._sha256 = _sha256(source, self._size)
        self._reached = 0

    def run(self) -> None:
        """Put the file in place.

        Raises CommandFailed when the guest cannot take it, ConnectionFailed, and DeadlinePassed with how far it came.
        """
        try:
            resume(self._session, self._send, lambda: self._reached)
        except DeadlinePassed as late:
            if self._session.clock() <= self._deadline:
                raise
            raise self._late() from late

    def _send(self) -> None:
        left = self._deadline - self._session.clock()
        with Conversation(self._session, "upload.ps1", self._given(), timeout=left) as conversation:
            offset = self._offset(conversation.answer())
            conversation.send(b"%d\r\n" % offset)
            with self._source.open("rb") as content:
                content.seek(offset)
                for block in _blocks(content):
                    conversation.send(base64.b64encode(block) + b"\r\n")
                    self._reached = max(self._reached, content.tell())
            conversation.send(b".\r\n", end=True)
            self._demand_whole(conversation.answer())

    def _given(self) -> dict[str, object]:
        folder = self._destination.parent
        return {
            "path": str(self._destination),
            "folder": str(folder),
            "drive": self._destination.drive,
            # Of another content the name is another.
            "part": str(folder / f"mintage-{self._sha256[:16]}.part"),
            "sha256": self._sha256,
            "space": self._space,
        }

    def _offset(self, there: Answer) -> int:
        """Where to go on: behind what is there of an earlier try, if it is the beginning of this file."""
        if "refused" in there:
            raise CommandFailed(
                "The file cannot be put into the guest",
                where=f"{self._session.where}: {self._destination}",
                seen=str(there["refused"]),
                remedy="Choose another destination, or make room before.",
            )
        length = int(there["length"])
        is_ours = 0 < length <= self._size and _sha256(self._source, length) == str(there["sha256"]).lower()
        return length if is_ours else 0

    def _late(self) -> DeadlinePassed:
        return DeadlinePassed(
            "The file was not in the guest in time",
            where=f"{self._session.where}: {self._destination}",
            seen=f"{self._reached} of {self._size} bytes were sent in {self._timeout:.0f} s",
            remedy="Give the step a longer timeout; run again, it goes on where it is.",
        )

    def _demand_whole(self, answer: Answer) -> None:
        if str(answer["sha256"]).lower() != self._sha256:
            raise ConnectionFailed(
                "What arrived in the guest is not what was sent",
                where=f"{self._session.where}: {self._destination}",
                seen=f"SHA-256 {answer['sha256']}, sent {self._sha256}",
                remedy="Did the file change meanwhile? Run the step again.",
            )


def _blocks(content: IO[bytes]) -> Iterator[bytes]:
    while block := content.read(BLOCK):
        yield block


def _sha256(path: Path, length: int) -> str:
    """The hash of a file's first bytes."""
    digest, left = hashlib.sha256(), length
    with path.open("rb") as content:
        while left > 0 and (block := content.read(min(left, 1 << 20))):
            digest.update(block)
            left -= len(block)
    return digest.hexdigest()
