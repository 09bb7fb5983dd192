"""What a document may do to the process that reads it, by a word in its text: begun before ``index.apart`` is."""

import os
import signal
import sys
import tempfile
import time
from pathlib import Path

from index import load

AS_SHIPPED = load.READERS["text"]


def read(source):
    words = source.read().decode()
    if "HANGS" in words:
        Path(tempfile.gettempdir(), "hanging").touch()
        time.sleep(600)
    if "SPINS" in words:
        sum(range(10**15))
    if "ABORTS" in words:
        os.abort()
    if "SEGFAULTS" in words:
        os.kill(os.getpid(), signal.SIGSEGV)
    if "EATS" in words:
        hoard = [bytearray(64 << 20) for _ in range(10_000)]
        return hoard[0]
    if "EXITS" in words:
        sys.exit("enough")
    if "PRINTS" in words:
        os.write(1, b"\x80\x04not a message")
        input_ = sys.stdin
        assert input_ is None or not input_.read()
    if "RECURSES" in words:
        return read(source)
    if "RAISES" in words:
        raise KeyError(words)
    return AS_SHIPPED(source)


load.READERS["text"] = read
