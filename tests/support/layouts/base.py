"""What a distribution's root file system holds beside what all of them do (``root_tree``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

BUILD_USER = "builder"
_NONE: Mapping[str, str] = {}


@dataclass(frozen=True)
class Layout:
    """``files`` by their paths below the root. An image has none of ``gone``, and of ``kept`` each with this text."""

    os_release: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    """Programs by name or path, which do to files what the real ones do."""
    without: tuple[str, ...] = ()
    """What all the others have, files and programs, and this one has not."""
    gone: tuple[str, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)
    packages: tuple[tuple[str, str], ...] = ()

    def with_more(
        self,
        *,
        os_release: str = "",
        files: Mapping[str, str] = _NONE,
        stand_ins: Mapping[str, str] = _NONE,
        gone: tuple[str, ...] = (),
        kept: Mapping[str, str] = _NONE,
    ) -> Layout:
        return Layout(
            os_release=os_release or self.os_release,
            files={**self.files, **files},
            stand_ins={**self.stand_ins, **stand_ins},
            without=self.without,
            gone=(*self.gone, *gone),
            kept={**self.kept, **kept},
            packages=self.packages,
        )
