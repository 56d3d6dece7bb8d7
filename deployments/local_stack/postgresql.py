"""A PostgreSQL server of Debian's packages for a Prefect server that is to serve many builds; it goes with its data."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deployments.local_stack.errors import StackError
from deployments.local_stack.ports import free_port
from deployments.local_stack.processes import start, stop

_PROGRAMS = Path("/usr/lib/postgresql")
"""Debian keeps each version's programs in a folder of its own, and most of them out of PATH."""
_OWNER = "postgres"
"""Whom Debian's package makes for it."""
_USER = "prefect"
_START_SECONDS = 60
_STOP_SECONDS = 10


@contextmanager
def postgresql() -> Iterator[str]:
    """A new database on a loopback port of its own; the address for PREFECT_API_DATABASE_CONNECTION_URL.

    Raises StackError when PostgreSQL is not there, or does not start.
    """
    programs = _programs()
    # Not in a folder that only this user may enter: as root, the server is another user's.
    folder = Path(tempfile.mkdtemp(prefix="mintage-postgresql-"))
    try:
        password = secrets.token_urlsafe(16)
        _make(programs, folder, password)
        port = free_port()
        options = f"listen_addresses=127.0.0.1 port={port} unix_socket_directories= fsync=off".split()
        words = [word for option in options for word in ("-c", option)]
        command: list[str | Path] = [*_as_owner(), programs / "postgres", "-D", folder / "data", *words]
        (folder / "logs").mkdir()
        server = start("postgresql", command, folder=folder, environment=os.environ, cwd=folder)
        try:
            server.wait_until(lambda: _answers(programs, port), _START_SECONDS)
            yield f"postgresql+asyncpg://{_USER}:{password}@127.0.0.1:{port}/postgres"
        finally:
            stop(server, _STOP_SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    versions = sorted(_PROGRAMS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not versions:
        message = (
            f"PostgreSQL is not there: no {_PROGRAMS}/*/bin/initdb. Install Debian's package postgresql (make setup)."
        )
        raise StackError(message)
    return versions[-1].parent


def _make(programs: Path, folder: Path, password: str) -> None:
    """Make the cluster, whose only user needs the password also from this machine."""
    secret = folder / "password"
    secret.touch(0o600)
    secret.write_text(password, encoding="ascii")
    if os.geteuid() == 0:
        shutil.chown(folder, _OWNER)
        shutil.chown(secret, _OWNER)
    command: list[str | Path] = [*_as_owner(), programs / "initdb", "--pgdata", folder / "data", "--username", _USER]
    command += ["--auth", "scram-sha-256", "--pwfile", secret, "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
    made = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    secret.unlink()
    if made.returncode:
        raise StackError(f"PostgreSQL's data could not be made. initdb says:\n{made.stdout}{made.stderr}")


def _as_owner() -> list[str]:
    """PostgreSQL refuses to run as root. It ends with this process, however that ends."""
    owner = ["--reuid", _OWNER, "--regid", _OWNER, "--init-groups"] if os.geteuid() == 0 else []
    return ["setpriv", *owner, "--pdeathsig", "INT"]


def _answers(programs: Path, port: int) -> bool:
    ready: list[str | Path] = [programs / "pg_isready", "--quiet", "--host", "127.0.0.1", "--port", str(port)]
    return subprocess.run(ready, check=False).returncode == 0
