"""Redirections: streams merged into the output, written to files, or dropped."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from localazure.windows.powershell import syntax
from localazure.windows.powershell.streams import Sink
from localazure.windows.powershell.text import to_text

if TYPE_CHECKING:
    from localazure.windows.powershell.frames import Frame

_MESSAGES = (2, 3, 4, 5, 6)


def _drop(_item: Any) -> None:
    return None


def run(
    frame: "Frame",
    targets: Sequence[tuple[syntax.Redirection, Any]],
    start: "Callable[[Frame], Iterator[Any]]",
) -> Iterator[Any]:
    """Runs `start` with its streams redirected, and yields what still goes down the pipeline."""
    merged: list[Any] = []
    files: list[tuple[str, bool, list[Any]]] = []
    sinks: dict[int, Sink] = {}
    output: list[Any] | None = None
    discarded = False
    for node, target in targets:
        streams = _MESSAGES if node.stream == 0 else (node.stream,)
        if node.merge:
            sinks.update(dict.fromkeys(streams, merged.append))
            continue
        kept: list[Any] = []
        if target is not None:
            files.append((to_text(target), node.append, kept))
        if node.stream in {0, 1}:
            discarded = target is None
            output = kept
        sinks.update({stream: _drop if target is None else kept.append for stream in streams if stream != 1})
    inner = frame.derive(streams=frame.streams.redirected(sinks)) if sinks else frame
    for item in _in_order(start(inner), merged):
        if output is None:
            yield item
        elif not discarded:
            output.append(item)
    for path, append, items in files:
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
