"""Redirections: streams merged into the output, written to files, or dropped."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localazure.windows.powershell import syntax
from localazure.windows.powershell.streams import Sink
from localazure.windows.powershell.text import to_text

if TYPE_CHECKING:
    from localazure.windows.powershell.frames import Frame

_MESSAGES = (2, 3, 4, 5, 6)


def _drop(_item: Any) -> None:
    return None


@dataclass
class _Ways:
    """Where each stream goes."""

    merged: list[Any] = field(default_factory=list)
    """What joins the pipeline's output."""
    files: list[tuple[str, bool, list[Any]]] = field(default_factory=list)
    sinks: dict[int, Sink] = field(default_factory=dict)
    output: list[Any] | None = None
    discarded: bool = False

    def add(self, node: syntax.Redirection, target: Any) -> None:
        streams = _MESSAGES if node.stream == 0 else (node.stream,)
        if node.merge:
            self.sinks.update(dict.fromkeys(streams, self.merged.append))
            return
        kept: list[Any] = []
        if target is not None:
            self.files.append((to_text(target), node.append, kept))
        if node.stream in {0, 1}:
            self.discarded, self.output = target is None, kept
        self.sinks.update({stream: _drop if target is None else kept.append for stream in streams if stream != 1})


def run(
    frame: "Frame",
    targets: Sequence[tuple[syntax.Redirection, Any]],
    start: "Callable[[Frame], Iterator[Any]]",
) -> Iterator[Any]:
    """Runs `start` with its streams redirected, and yields what still goes down the pipeline."""
    ways = _Ways()
    for node, target in targets:
        ways.add(node, target)
    inner = frame.derive(streams=frame.streams.redirected(ways.sinks)) if ways.sinks else frame
    for item in _in_order(start(inner), ways.merged):
        if ways.output is None:
            yield item
        elif not ways.discarded:
            ways.output.append(item)
    for path, append, items in ways.files:
        _write(frame, path, items, append=append)


def _in_order(flow: Iterator[Any], merged: list[Any]) -> Iterator[Any]:
    """The output with merged messages where they were written."""
    try:
        for item in flow:
            yield from _drain(merged)
            yield item
    except BaseException:
        yield from _drain(merged)
        raise
    yield from _drain(merged)


def _drain(merged: list[Any]) -> Iterator[Any]:
    while merged:
        yield merged.pop(0)


def _write(frame: "Frame", path: str, items: list[Any], *, append: bool) -> None:
    """What > does: the items as the console would show them, in UTF-16 with a byte order mark."""
    if frame.find_command("Out-File") is not None:
        parameters: dict[str, object] = {"FilePath": path}
        if append:
            parameters["Append"] = True
        for _ in frame.run_command("Out-File", parameters, input=items):
            pass
        return
    text = "".join(frame.engine.lines_of(frame, items))
    frame.host.write_file(path, text, "utf-16-le", append)
