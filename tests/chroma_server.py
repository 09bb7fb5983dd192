"""A real Chroma server, ``chroma run``, on this machine's loopback for as long as a test needs it."""

import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 60


@dataclass
class ChromaServer:
    """A running server; ``url`` is what ZHENWEN_CHROMA is set to."""

    url: str
    process: subprocess.Popen

    @contextmanager
    def hanging(self):
        """It takes connections, and answers nothing."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)


@contextmanager
def chroma_server(folder: Path):
    """Start a server over ``folder`` and wait until it listens; at the end it is gone, whatever happens."""
    port = free_port()
    command = [Path(sys.executable).with_name("chroma"), "run", "--path", folder, "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _listens(port, process)
            yield ChromaServer(f"http://127.0.0.1:{port}", process)
        finally:
            process.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _listens(port: int, process: subprocess.Popen) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError("chroma run does not listen")
