"""The real program, ``python -m bot serve``, as a process of its own against the fake server."""

import asyncio
import os
import re
import signal
import sys
import time
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from fake_telegram import FakeTelegram

ROOT = Path(__file__).parent.parent
CODE = re.compile(r"claim_[\w-]+")


class Served:
    """One run of the program. ``code`` is the one-time code on its console, None once there is a keeper."""

    def __init__(self, process, console):
        self.process, self.console = process, console

    @property
    def code(self):
        found = CODE.search(self.output())
        return found and found[0]

    def output(self):
        """What it has printed and logged."""
        return self.console.read_text(encoding="utf-8")

    def memory(self):
        """Resident memory in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    async def kill(self):
        """kill -9."""
        self.process.kill()
        await self.process.wait()

    async def stop(self):
        """Ask it to stop, as a service manager does; returns (exit code, seconds)."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = await asyncio.wait_for(self.process.wait(), 15)
        return code, time.monotonic() - begun


@asynccontextmanager
async def served(telegram: FakeTelegram, store: Path, folder: Path, **settings):
    """Start the program and wait until it listens; whatever happens, it is gone at the end."""
    given = {"store": store, "database": folder / "zhenwen.sqlite", "telegram_token": telegram.token, "telegram_url": telegram.url}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZHENWEN_")}
    environment = kept | {f"ZHENWEN_{name.upper()}": str(value) for name, value in (given | settings).items()}
    console, before = folder / "console.txt", telegram.poll_number
    with console.open("ab") as written:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "serve", cwd=ROOT, env=environment, stdout=written, stderr=written
        )
    one = Served(process, console)
    try:
        await telegram.until(lambda: telegram.poll_number > before or process.returncode is not None, 60, "the program listens")
        assert process.returncode is None, one.output()
        yield one
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
