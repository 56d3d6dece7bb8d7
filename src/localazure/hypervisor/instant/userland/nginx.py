"""nginx 1.22's place: serves the files of the first enabled site, checks its configuration, and tells its version."""

from __future__ import annotations

import functools
import re
import sys
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CONFIGURATION = Path("/etc/nginx")
VERSION = "nginx/1.22.1"


class _Handler(SimpleHTTPRequestHandler):
    server_version = VERSION
    sys_version = ""
    index_pages = ("index.html", "index.htm", "index.nginx-debian.html")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class names it so
        with Path("/var/log/nginx/access.log").open("a") as log:
            log.write(f"{self.client_address[0]} - - [{self.log_date_time_string()}] {format % args}\n")

    def do_GET(self) -> None:
        self._find_index()
        super().do_GET()

    def do_HEAD(self) -> None:
        self._find_index()
        super().do_HEAD()

    def _find_index(self) -> None:
        folder = Path(self.translate_path(self.path))
        if folder.is_dir():
            self.path += "".join([name for name in self.index_pages if (folder / name).is_file()][:1])


def _sites() -> str:
    folders = (CONFIGURATION / "conf.d", CONFIGURATION / "sites-enabled")
    return "\n".join(path.read_text() for folder in folders for path in sorted(folder.glob("*")) if path.is_file())


def _setting(text: str, pattern: str, otherwise: str) -> str:
    found = re.search(pattern, text, re.MULTILINE)
    return found[1] if found else otherwise


def _check() -> int:
    """The model's only rule: braces match."""
    text = (CONFIGURATION / "nginx.conf").read_text() + _sites()
    if text.count("{") != text.count("}"):
        sys.stderr.write(f'nginx: [emerg] unexpected end of file, expecting "}}" in {CONFIGURATION}\n')
        sys.stderr.write("nginx: configuration file test failed\n")
        return 1
    sys.stderr.write(f"nginx: the configuration file {CONFIGURATION}/nginx.conf syntax is ok\n")
    sys.stderr.write(f"nginx: configuration file {CONFIGURATION}/nginx.conf test is successful\n")
    return 0


def _serve() -> int:
    sites = _sites()
    root = _setting(sites, r"^\s*root\s+([^;\s]+)\s*;", "/var/www/html")
    port = int(_setting(sites, r"^\s*listen\s+(?:[\d.]+:)?(\d+)", "80"))
    Path("/var/log/nginx").mkdir(exist_ok=True)
    ThreadingHTTPServer(("0.0.0.0", port), functools.partial(_Handler, directory=root)).serve_forever()  # noqa: S104
    return 0


def main(arguments: list[str]) -> int:
    options = set(arguments[1:])
    if "-t" in options or "-T" in options:
        return _check()
    if "-v" in options or "-V" in options:
        sys.stderr.write(f"nginx version: {VERSION}\n")
        return 0
    if "-s" in options:
        return 0
    return _check() or _serve()
