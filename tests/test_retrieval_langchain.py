"""In other people's chains: a real retriever, a real Runnable."""

import asyncio

import pytest
from chromadb import PersistentClient
from chromadb.config import Settings
from langchain_chroma import Chroma
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda

from index.chroma import COLLECTION
from index.embed import default_encoder
from index.store import Store
from retrieval import Answerer
from retrieval.langchain import EncoderEmbeddings, ReportRetriever, answer_runnable

QUESTION = "金井镇2023年调解了多少纠纷"


@pytest.fixture(scope="module")
def retriever(sample_store):
    return ReportRetriever.open(sample_store, k=3)


@pytest.fixture(scope="module")
def runnable(sample_store):
    return answer_runnable(Answerer.open(sample_store))


def test_documents_are_passages_word_for_word(retriever, sample_store):
    store = Store.open(sample_store)
    documents = retriever.invoke("金井镇矛盾纠纷调处成功率")
    assert isinstance(retriever, BaseRetriever) and len(documents) == 3
    for document in documents:
        text = store.report(document.metadata["report"]).text
        assert text[document.metadata["start"] : document.metadata["end"]] == document.page_content
        assert document.metadata["town"] == "金井镇"
    assert "708" in documents[0].page_content


def test_the_retriever_works_in_a_chain_in_batches_and_async(retriever):
    towns = retriever | RunnableLambda(lambda documents: {document.metadata["town"] for document in documents})
    questions = ["金井镇的普法宣传", "磁灶镇的普法宣传"]
    assert towns.batch(questions) == [{"金井镇"}, {"磁灶镇"}]
    assert asyncio.run(towns.abatch(questions)) == [{"金井镇"}, {"磁灶镇"}]


def test_the_answerer_is_a_runnable(runnable):
    assert isinstance(runnable, Runnable)
    assert "708" in runnable.invoke(QUESTION).text
    assert [answer.question for answer in runnable.batch([QUESTION, "你好"])] == [QUESTION, "你好"]
    assert "708" in asyncio.run(runnable.ainvoke(QUESTION)).text
    assert ["708" in answer.text for answer in runnable.stream(QUESTION)] == [True]


def test_history_makes_one_conversation(runnable):
    answer = runnable.invoke({"question": "那成功率呢", "history": [QUESTION]})
    assert "100%" in answer.text and answer.scope.towns == ("金井镇",)


def test_langchain_reads_the_collection_with_the_same_encoder(sample_store):
    encoder, store = default_encoder(), Store.open(sample_store)
    client = PersistentClient(str(sample_store / "chroma"), Settings(anonymized_telemetry=False))  # a process opens a folder with one set of settings
    chroma = Chroma(COLLECTION, EncoderEmbeddings(encoder), client=client, create_collection_if_not_exists=False)
    for question in (QUESTION, "法律明白人培训", "老百姓闹矛盾谁来管"):
        nearest = store.dense(encoder.encode([question], query=True)[0], None, 5)
        texts = [passage.text for passage in store.passages_by_id([passage_id for passage_id, _ in nearest])]
        assert [document.page_content for document in chroma.similarity_search(question, k=5)] == texts


def test_the_encoder_embeds_texts_as_the_store_did():
    embeddings = EncoderEmbeddings(default_encoder())
    assert embeddings.embed_documents(["纠纷", "普法"])[0] == embeddings.embed_query("纠纷")
