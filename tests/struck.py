"""Processes that are struck: forked from one that has everything loaded and no store open, killed or left to fail at a given instant."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parent.parent


class Forker:
    """Runs an operation of ``OPERATIONS`` in a process of its own, hundreds of times faster than starting Python anew."""

    def __init__(self):
        environment = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
        self._process = subprocess.Popen(
            [sys.executable, __file__], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8"
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def run(self, *operations, kill_after=None):
        """Run some operations, each (name, arguments…), at once; kill all after some seconds. The answers: exit status and words."""
        print(json.dumps([[str(part) for part in each] for each in operations]), file=self._process.stdin, flush=True)
        children = json.loads(self._process.stdout.readline())
        if kill_after is not None:
            time.sleep(kill_after)
            for child in children:
                with suppress(ProcessLookupError):  # it was quicker
                    os.kill(child, signal.SIGKILL)
        return [tuple(each) for each in json.loads(self._process.stdout.readline())]


def index(store, texts):
    from index.build import build

    with _created(store) as opened:
        build([Path(texts)], opened, prune=True)


def add(store, file):
    from index.build import build

    with _created(store) as opened:
        build([Path(file)], opened)


def correct(store, report_id, county):
    with _created(store) as opened:
        opened.correct(report_id, county=county)


def remove(store, report_id):
    with _created(store) as opened:
        opened.remove(report_id)


def backup(store, folder):
    from bot.safekeeping import new_folder
    from index.copies import copy_store

    with new_folder(Path(folder)) as made:
        copy_store(Path(store), made)


def restore(folder, store, aside):
    from index_builders import BigramEncoder

    from index.copies import replace_store

    replace_store(Path(folder), Path(store), BigramEncoder(), "", Path(aside))


def repair(store):
    from index_builders import BigramEncoder

    from index.store import Store

    Store.create(Path(store), BigramEncoder(), anew=True).close()


def _created(store):
    from index_builders import BigramEncoder

    from index.store import Store

    return Store.create(Path(store), BigramEncoder())


OPERATIONS = {each.__name__: each for each in (index, add, correct, remove, backup, restore, repair)}


def _child(operation, pipe):
    """Run one operation and tell how it ended, in words where it ended in words."""
    from index_builders import ReadsHere

    import index.readers
    from index.errors import ZhenwenError

    index.readers.Reading = ReadsHere
    name, *arguments = operation
    try:
        OPERATIONS[name](*arguments)
    except ZhenwenError as error:
        os.write(pipe, str(error).encode()[:4000])
        os._exit(1)
    except BaseException as error:  # noqa: BLE001  (whatever it is, it is told)
        os.write(pipe, f"!{error!r}".encode()[:4000])
        os._exit(2)
    os._exit(0)


def main():
    """Fork for each line, until there is none."""
    import chromadb  # noqa: F401  (loaded once for all)

    import index.build
    import index.copies  # noqa: F401

    for line in sys.stdin:
        started = []
        for operation in json.loads(line):
            told, telling = os.pipe()
            if (child := os.fork()) == 0:
                _child(operation, telling)
            os.close(telling)
            started.append((child, told))
        print(json.dumps([child for child, _ in started]), flush=True)
        ended = []
        for child, told in started:
            with os.fdopen(told, "rb") as words:
                said = words.read().decode(errors="replace")
            ended.append((os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said))
        print(json.dumps(ended), flush=True)


if __name__ == "__main__":
    main()
