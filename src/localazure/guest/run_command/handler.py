"""Runs one script in the guest. Azure's agent calls this as root, as it calls any extension.

Only the standard library, of Python 3.6 and later: this file runs in guests, and nowhere else.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
HOME = HERE.parent
DOWNLOADS = HOME.parent / "run-command" / "download"
PROCESS = HOME / "process"
LAST = HOME / "mrseq"
LONGEST_OUTPUT = 4096
FETCH_SECONDS = 60


def main() -> None:
    action = sys.argv[1]
    if action == "enable":
        enable(os.environ["ConfigSequenceNumber"])  # noqa: SIM112 - the agent's word
    elif action == "run":
        run(sys.argv[2])
    elif action in {"disable", "uninstall", "update"}:
        stop()


def enable(number: str) -> None:
    """Start the script that the settings of this number lead to; once, however often the agent asks for it."""
    if read(LAST) == number:
        # The agent was started again, and perhaps the machine, in which case the script is gone.
        if not runs(read(PROCESS)) and not finished(number).exists():
            report(number, "error", -1, "The machine was started again before the script ended.")
        return
    stop()
    write(LAST, number)
    report(number, "transitioning", 0, "The script runs.")
    # The agent waits five minutes for this to end, and for the script as long as it takes.
    script = subprocess.Popen(
        [sys.executable, str(HERE), "run", number],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    write(PROCESS, str(script.pid))


def run(number: str) -> None:
    try:
        code, out, err = carry_out(fetch(number), DOWNLOADS / number)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told
        report(number, "error", -1, f"The script could not be run: {error!r}")
    else:
        report(number, "error" if code else "success", code, "The script ended.", {"StdOut": out, "StdErr": err})
    write(finished(number), "")


def fetch(number: str) -> "dict[str, Any]":
    """The script is not in the settings, which the agent keeps; the address that they hold answers once."""
    settings = json.loads(read(HOME / "config" / f"{number}.settings"))
    address = settings["runtimeSettings"][0]["handlerSettings"]["publicSettings"]["scriptUri"]
    # No proxy leads to the host.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(address, timeout=FETCH_SECONDS) as answer:
        job: dict[str, Any] = json.loads(answer.read().decode())
    return job


def carry_out(job: "dict[str, Any]", folder: Path) -> "tuple[int, str, str]":
    """Run it by /bin/sh, or by what its first line names; return its exit code and the ends of what it wrote."""
    os.umask(0o077)
    folder.mkdir(parents=True, exist_ok=True)
    script, out, err = (folder / name for name in ("script.sh", "stdout", "stderr"))
    write(script, job["text"])
    script.chmod(0o700)
    environment = dict(os.environ)
    environment.update(job["parameters"])
    command = ["/bin/sh", "-c", '"$0" "$@"', str(script), *(value for _, value in job["parameters"])]
    try:
        with out.open("wb") as stdout, err.open("wb") as stderr:
            code = subprocess.call(
                command, cwd=str(folder), env=environment, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr
            )
        return code, tail(out), tail(err)
    finally:
        for each in (script, out, err):
            if each.exists():
                each.unlink()


def stop() -> None:
    """End the script that runs, with all that it started."""
    process = read(PROCESS)
    if runs(process):
        os.killpg(int(process), signal.SIGKILL)


def runs(process: str) -> bool:
    try:
        return str(HERE).encode() in Path("/proc", process, "cmdline").read_bytes()
    except OSError:
        return False


def report(number: str, status: str, code: int, message: str, streams: "dict[str, str] | None" = None) -> None:
    """Write the file that the agent reads, and passes on."""
    told = {
        "name": "RunCommand",
        "operation": "Enable",
        "status": status,
        "code": code,
        "formattedMessage": worded(message),
        "substatus": [
            {"name": name, "status": "success", "code": 0, "formattedMessage": worded(text)}
            for name, text in (streams or {}).items()
        ],
    }
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    write(HOME / "status" / f"{number}.status", json.dumps([{"version": 1.0, "timestampUTC": now, "status": told}]))


def worded(text: str) -> "dict[str, str]":
    return {"lang": "en-US", "message": text}


def finished(number: str) -> Path:
    return HOME / "status" / f"{number}.finished"


def read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def write(path: Path, text: str) -> None:
    """Whole or not at all."""
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def tail(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LONGEST_OUTPUT))
        return file.read().decode(errors="replace")


if __name__ == "__main__":
    main()
