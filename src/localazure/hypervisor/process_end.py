"""Waiting for a process to end without a thread."""

from __future__ import annotations

import asyncio
import os
import subprocess


async def wait_for_end(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Whether the process ended in that time."""
    if process.poll() is not None:
        return True
    ended, loop = asyncio.Event(), asyncio.get_running_loop()
    descriptor = os.pidfd_open(process.pid)
    loop.add_reader(descriptor, ended.set)
    try:
        await asyncio.wait_for(ended.wait(), seconds)
    except TimeoutError:
        return False
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)
    process.wait()
    return True
