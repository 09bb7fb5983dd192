"""Small real values for the tests of ``index/``: reports of invented towns, an encoder that needs no model, stores of them."""

import hashlib
import zlib
from itertools import pairwise
from threading import Lock

import numpy as np

from index.apart import Wanted, read
from index.chunk import chunk
from index.store import Store
from index.text import grams
from index.types import Figure, Place, Report, Section, Span


class BigramEncoder:
    """Counts of hashed grams, so that texts with common words are near each other."""

    name = "bigrams"
    dimension = 64

    def encode(self, texts, *, query=False):
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            for gram in ["", *grams(text)]:
                vectors[row, zlib.crc32(gram.encode()) % self.dimension] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class ReadsHere:
    """In the place of ``index.readers.Reading``: reads in this process, one file at a time, as libraries in C demand."""

    one_at_a_time = Lock()

    def __init__(self, order, folder):
        self.order = order

    def read(self, file):
        with self.one_at_a_time:
            return [item for item in read(Wanted(file, {}), self.order) if not isinstance(item, str)]

    def stop(self):
        pass

    close = stop


def report(text="青石镇调解纠纷12起。", town="青石镇", year=2023, **more):
    more = {"file": f"{town}{year}.txt", "digest": "d", "title": f"{town}{year}年报告", "place": Place("", "", "某县", town)} | more
    return Report(id=hashlib.sha256(text.encode()).hexdigest()[:16], text=text, year=year, **more)


def sections(made, *cuts):
    """The sections of a report, cut at ``cuts``; all but the first have a heading, which ends at the line's end."""
    found = []
    for ordinal, (start, end) in enumerate(pairwise([0, *cuts, len(made.text)])):
        line = made.text[start:end].partition("\n")[0]
        heading = Span(start, start + len(line)) if ordinal else None
        found.append(Section(made.id, ordinal, start, end, (line,) if ordinal else (), str(ordinal) if ordinal else "", heading))
    return tuple(found)


def figure(made, words, **more):
    start = made.text.index(words)
    more = {"subject": "矛盾纠纷", "action": "调解", "indicator": "调解纠纷", "value": 12.0, "unit": "起"} | more
    return Figure(made.id, 0, start, start + len(words), Span(0, len(made.text)), **more)


def put(store: Store, made: Report, figures=(), parts=None):
    """Add a report as the pipeline does."""
    parts = sections(made) if parts is None else parts
    passages = chunk(made, parts)
    store.add(made, parts, passages, store.encoder.encode([passage.embeddable for passage in passages]), figures)
    return passages


def answers(store: Store):
    """All that a question could see of a store, in a form to compare."""
    with store.reading():
        query = (store.encoder or BigramEncoder()).encode(["调解纠纷多少起"])[0]
        return (
            store.reports(),
            store.passages(),
            store.figures(),
            tuple(store.report(info.id) for info in store.reports()),
            tuple(store.lexical(grams("调解纠纷多少起"), None, 20)),
            tuple((id_, round(cosine, 5)) for id_, cosine in store.dense(query, None, 20)),
        )
