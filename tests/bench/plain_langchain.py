"""The usual LangChain set-up beside ours: the same questions, the same encoder, quality and time in one run.

    pip install langchain-classic langchain-community langchain-text-splitters rank-bm25 jieba    (not needed by the program)
    python tests/bench/plain_langchain.py --sets ../shared/bench [--questions 200]

Plain: RecursiveCharacterTextSplitter, Chroma, BM25Retriever over jieba's words, EnsembleRetriever half and half.
Over notices (ncp) both search everything; over reports (towns) ours has the scope that it understands, the plain one what the
question's words give, which is the point of the comparison.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from index.build import build  # noqa: E402 - a benchmark runs from a plain checkout
from index.embed import load_encoder  # noqa: E402
from index.store import Store  # noqa: E402
from index.types import Encoder  # noqa: E402
from retrieval.evidence.passages import PassageFinder  # noqa: E402
from retrieval.evidence.search import search  # noqa: E402
from retrieval.langchain import EncoderEmbeddings  # noqa: E402
from retrieval.measure.scoring import Item, read_items  # noqa: E402
from retrieval.measure.sets import ncp  # noqa: E402
from retrieval.measure.shelf import MemoryShelf  # noqa: E402

K = 10
SIZE, OVERLAP = 300, 60
SEPARATORS = ["\n\n", "\n", "。", "；", "，", ""]
Texts = list[tuple[str, str]]
"""(document, text), best first."""


def plain(documents: dict[str, str], encoder: Encoder, folder: Path) -> Callable[[str], Texts]:
    """The ensemble over ``documents``, as its own documentation sets it up."""
    import jieba
    from langchain_chroma import Chroma
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    jieba.setLogLevel(logging.WARNING)
    splitter = RecursiveCharacterTextSplitter(separators=SEPARATORS, chunk_size=SIZE, chunk_overlap=OVERLAP)
    chunks = splitter.split_documents([Document(text, metadata={"source": name}) for name, text in documents.items()])
    chroma = Chroma("plain", EncoderEmbeddings(encoder), str(folder))
    for start in range(0, len(chunks), 1000):
        chroma.add_documents(chunks[start : start + 1000])
    words = BM25Retriever.from_documents(chunks, preprocess_func=jieba.lcut, k=K)
    ensemble = EnsembleRetriever(retrievers=[words, chroma.as_retriever(search_kwargs={"k": K})], weights=[0.5, 0.5])
    return lambda question: [(found.metadata["source"], found.page_content) for found in ensemble.invoke(question)]


def measure(name: str, find: Callable[[str], Texts], asked: Sequence[tuple[str, Callable[[Texts], dict[str, bool]]]]) -> None:
    """Print the shares of questions that each figure is true of, and the median time."""
    find(asked[0][0])
    took, graded = [], []
    for question, grade in asked:
        started = perf_counter()
        found = find(question)
        took.append(perf_counter() - started)
        graded.append(grade(found[:K]))
    shares = " | ".join(f"{sum(row[key] for row in graded) / len(graded):.3f}" for key in graded[0])
    print(f"| {name} | {shares} | {median(took) * 1000:.1f} |", flush=True)


def notices(folder: Path, questions: int | None, encoder: Encoder, work: Path) -> None:
    known = ncp(folder)
    shelf = MemoryShelf.of(known.passages, encoder, work / "words")

    def grader(right: frozenset[str], answer: str) -> Callable[[Texts], dict[str, bool]]:
        return lambda found: {
            "doc@1": found[0][0] in right,
            "doc@5": bool(right & set(list(dict.fromkeys(name for name, _ in found))[:5])),
            "answer@1": answer in found[0][1],
            "answer@5": any(answer in text for _, text in found[:5]),
        }

    asked = [(row.text, grader(row.documents, row.answer)) for row in known.questions[:questions]]
    print(f"\nncp，{len(asked)} 题\n\n| | doc@1 | doc@5 | answer@1 | answer@5 | 毫秒 |\n| --- | --- | --- | --- | --- | --- |")
    measure("LangChain", plain(shelf.texts, encoder, work / "chroma"), asked)
    measure(
        "镇问",
        lambda question: [(hit.passage.report_id, hit.passage.text) for hit in search(shelf, encoder, question, None, K)],
        asked,
    )


def reports(encoder: Encoder, work: Path) -> None:
    evaluation = ROOT / "data" / "eval" / "towns"
    with Store.create(work / "store", encoder) as store:
        build([ROOT / "data" / "sample", evaluation / "reports"], store)
    finder = PassageFinder.open(work / "store")
    known = {info.id: Path(info.file).name for info in finder.store.reports()}
    documents = {known[info.id]: finder.store.report(info.id).text for info in finder.store.reports()}
    items = [item for item in read_items(evaluation / "questions.jsonl") if item.answerable and item.evidence and not item.history]

    def grader(item: Item) -> Callable[[Texts], dict[str, bool]]:
        wanted = {(evidence.file, half(evidence.quote)) for evidence in item.evidence}
        right = lambda name, text: any(name == file and quote in squeezed(text) for file, quote in wanted)  # noqa: E731
        return lambda found: {
            "报告@1": bool(found) and found[0][0] in {file for file, _ in wanted},
            "段落@1": bool(found) and right(*found[0]),
            "段落@5": any(right(*row) for row in found[:5]),
        }

    asked = [(item.question, grader(item)) for item in items]
    print(f"\ntowns，{len(asked)} 题\n\n| | 报告@1 | 段落@1 | 段落@5 | 毫秒 |\n| --- | --- | --- | --- | --- |")
    measure("LangChain", plain(documents, encoder, work / "reports"), asked)
    measure("镇问", lambda question: [(known[hit.passage.report_id], hit.passage.text) for hit in finder.find(question, K)], asked)


def squeezed(text: str) -> str:
    return "".join(text.split())


def half(quote: str) -> str:
    """The first half of a quote: both cut texts where they like."""
    plain_quote = squeezed(quote)
    return plain_quote[: max(8, len(plain_quote) // 2)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=Path, required=True, help="the folder of the public sets")
    parser.add_argument("--questions", type=int, help="only so many of the notices' questions")
    args = parser.parse_args()
    encoder = load_encoder(None)
    with tempfile.TemporaryDirectory() as work:
        reports(encoder, Path(work))
        notices(args.sets, args.questions, encoder, Path(work))


if __name__ == "__main__":
    main()
