"""What is tried again of an upload is told, and tells no secret."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mintage.errors import AzureBusy
from mintage.upload import PageBlob
from mintage.upload.told_retries import ToldRetry


@contextmanager
def blob_service(*statuses: int) -> Iterator[str]:
    """It answers with these, one after the other; 0 breaks the connection. The last is for all that comes after."""
    waiting = [*statuses]

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            status = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            if status == 0:
                self.close_connection = True
                return
            self.send_response(status)
            if status >= 400:
                self.send_header("x-ms-error-code", "ServerBusy")
            self.send_header("Content-Length", "512")
            self.send_header("ETag", "one")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Not in the tests' output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/account/disks/a-disk?sig=secret"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ToldRetry, "get_backoff_time", lambda *_: 0)


def test_each_attempt_that_is_made_again_is_told_with_its_reason() -> None:
    told: list[str] = []
    with blob_service(503, 0, 200) as url, PageBlob(url, "the disk", tell=told.append) as blob:
        assert blob.length() == 512
    assert told[0] == "HEAD the disk, attempt 1: Azure answered 503: ServerBusy"
    assert told[1].startswith("HEAD the disk, attempt 2: ServiceResponseError")
    assert len(told) == 2


def test_what_stays_so_is_told_six_times_and_then_an_error_and_shows_no_signature() -> None:
    told: list[str] = []
    with (
        blob_service(503) as url,
        PageBlob(url, "the disk", tell=told.append) as blob,
        pytest.raises(AzureBusy) as failure,
    ):
        blob.length()
    assert len(told) == 6
    assert "secret" not in "".join(told) + str(failure.value)
