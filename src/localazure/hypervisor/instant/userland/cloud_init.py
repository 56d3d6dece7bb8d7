"""cloud-init 22.4.2's command: status, clean, query. It has no ``clean -c``, as that version has none."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

from localazure.hypervisor.instant.userland import power
from localazure.hypervisor.instant.userland.first_boot import STATE

VERSION = "22.4.2"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cloud-init", description="localazure's model of cloud-init")
    parser.add_argument("--version", "-v", action="version", version=f"/usr/bin/cloud-init {VERSION}")
    verbs = parser.add_subparsers(dest="verb", required=True)
    status = verbs.add_parser("status")
    status.add_argument("--format", choices=("json", "tabular", "yaml"), default="tabular")
    status.add_argument("-l", "--long", action="store_true")
    status.add_argument("-w", "--wait", action="store_true")
    clean = verbs.add_parser("clean")
    clean.add_argument("-l", "--logs", action="store_true")
    clean.add_argument("--machine-id", action="store_true")
    clean.add_argument("-r", "--reboot", action="store_true")
    clean.add_argument("-s", "--seed", action="store_true")
    query = verbs.add_parser("query")
    query.add_argument("name", nargs="?")
    query.add_argument("-a", "--all", action="store_true")
    return parser


def _known() -> tuple[str, str]:
    """Status and datasource, as the last boot left them."""
    try:
        result = json.loads((STATE / "data/result.json").read_text())["v1"]
    except (OSError, ValueError, KeyError):
        return "not run", ""
    return "error" if result["errors"] else "done", result["datasource"]


def _status(options: argparse.Namespace) -> int:
    state, source = _known()
    if options.format == "json":
        kind = source.partition(" ")[0].removeprefix("DataSource").lower()
        shown = {"boot_status_code": "enabled-by-generator", "datasource": kind, "detail": source, "errors": []}
        _say(json.dumps(shown | {"last_update": "", "status": state}, indent=1))
    else:
        _say(f"status: {state}")
        if options.long:
            _say(f"boot_status_code: enabled-by-generator\ndetail:\n{source}")
    return 1 if state == "error" else 0


def _clean(options: argparse.Namespace) -> int:
    if os.geteuid() != 0:
        sys.stderr.write("Error: clean must be run as root\n")
        return 1
    for path in STATE.iterdir() if STATE.is_dir() else ():
        if path.name != "seed" or options.seed:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    if options.logs:
        for name in ("cloud-init.log", "cloud-init-output.log"):
            (Path("/var/log") / name).unlink(missing_ok=True)
    if options.machine_id:
        Path("/etc/machine-id").write_text("uninitialized\n")
    return power.turn("reboot") if options.reboot else 0


def _query(options: argparse.Namespace) -> int:
    identity = STATE / "data/instance-id"
    facts = {
        "cloud_name": "azure",
        "platform": "azure",
        "distro": "debian",
        "distro_release": "bookworm",
        "instance_id": identity.read_text().strip() if identity.exists() else "",
        "local_hostname": Path("/etc/hostname").read_text().strip(),
    }
    name = (options.name or "").removeprefix("v1.")
    if not name:
        _say(json.dumps(facts, indent=1))
        return 0
    if name not in facts:
        sys.stderr.write(f"ERROR: instance-data '{name}' is not known to localazure's model\n")
        return 1
    _say(facts[name])
    return 0


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments[1:])
    return {"status": _status, "clean": _clean, "query": _query}[options.verb](options)
