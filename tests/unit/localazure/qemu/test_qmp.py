"""Questions to QEMU's monitor, answered by a stand-in that says what QEMU was seen to say."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from localazure.hypervisor.qemu.qmp import Monitor, MonitorRefusal, MonitorUnreachable

GREETING: dict[str, Any] = {"QMP": {"version": {}, "capabilities": []}}
Answering = Callable[[dict[str, Any]], list[dict[str, Any]]]
Serve = Callable[[Answering], Path]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Makes the socket of a monitor that answers one connection."""
    path, threads = tmp_path / "monitor", list[threading.Thread]()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()

        def answering(answers: Answering) -> None:
            connection, _ = listener.accept()
            with connection, connection.makefile("rw") as stream:
                lines = [GREETING]
                while True:
                    stream.writelines(json.dumps(each) + "\n" for each in lines)
                    stream.flush()
                    if not (line := stream.readline()):
                        return
                    lines = answers(json.loads(line))

        def begin(answers: Answering) -> Path:
            threads.append(threading.Thread(target=answering, args=(answers,)))
            threads[-1].start()
            return path

        yield begin
    for each in threads:
        each.join()


def plain(question: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"return": {"status": "running"}, "id": question["id"]}]


def test_a_question_has_its_answer(serve: Serve) -> None:
    with Monitor(serve(plain), 5) as monitor:
        assert monitor.ask("query-status") == {"status": "running"}


def test_what_was_meant_for_others_is_passed_over(serve: Serve) -> None:
    """A second greeting, an event, and the answer to who asked before and did not wait for it."""

    def crowded(question: dict[str, Any]) -> list[dict[str, Any]]:
        return [GREETING, {"event": "RESUME"}, {"return": {}, "id": "another's"}, *plain(question)]

    with Monitor(serve(crowded), 5) as monitor:
        assert monitor.ask("query-status") == {"status": "running"}


def test_a_refusal_is_told_in_qemus_words(serve: Serve) -> None:
    def refusing(question: dict[str, Any]) -> list[dict[str, Any]]:
        refused = {"error": {"class": "GenericError", "desc": "no such device"}, "id": question["id"]}
        return [refused] if question["execute"] == "device_del" else plain(question)

    with Monitor(serve(refusing), 5) as monitor, pytest.raises(MonitorRefusal, match="device_del: no such device"):
        monitor.ask("device_del", id="disk9")


def test_who_does_not_answer_in_time_is_unreachable(serve: Serve) -> None:
    with pytest.raises(MonitorUnreachable, match=r"no answer within|timed out"), Monitor(serve(lambda _: []), 0.2):
        pass
