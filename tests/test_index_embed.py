from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers

from index import embed
from index.embed import Loading, asked, default_encoder, load_encoder, load_reranker, static_encoder
from index.errors import BadSettings, ModelUnavailable

TEXTS = ["金井镇2023年共排查矛盾纠纷708起，化解708起。", "开展普法宣传活动115场", "a", "截至12月底，法律明白人274人", "ＡＢＣ　①㎡ 喆"]
MODEL = Path(embed.__file__).parent / "model"


@pytest.fixture(scope="module")
def encoder():
    return default_encoder()


@pytest.fixture(scope="module")
def words():
    """A tokenizer of single characters for the models made here."""
    pieces = ["[UNK]", "[PAD]", *"金井镇调解了多少纠纷普法宣传查询文："]
    tokenizer = Tokenizer(models.WordLevel({piece: i for i, piece in enumerate(pieces)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    return tokenizer


def bert(folder, words, *, labels=None):
    """A BERT of random weights with the tokenizer ``words``, saved in ``folder``."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=words.get_vocab_size(), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=64, num_labels=labels or 2, initializer_range=1.0,
    )
    (BertForSequenceClassification(config) if labels else BertModel(config)).save_pretrained(folder)
    PreTrainedTokenizerFast(tokenizer_object=words, unk_token="[UNK]", pad_token="[PAD]").save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def transformer(tmp_path_factory, words):
    """A sentence-transformers folder that declares a query prompt."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    part = Transformer(str(bert(tmp_path_factory.mktemp("bert"), words)))
    folder = tmp_path_factory.mktemp("transformer")
    SentenceTransformer(modules=[part, Pooling(16)], prompts={"query": "查询：", "document": ""}, device="cpu").save(str(folder))
    return folder


def test_the_light_loader_gives_the_vectors_of_sentence_transformers(encoder):
    from sentence_transformers import SentenceTransformer

    theirs = SentenceTransformer(str(MODEL), device="cpu").encode(TEXTS, show_progress_bar=False)
    np.testing.assert_allclose(encoder.encode(TEXTS), theirs, atol=1e-5)


@settings(deadline=None, max_examples=50)
@given(texts=st.lists(st.text(max_size=40), max_size=300))
def test_vectors_are_unit_and_do_not_depend_on_the_company(encoder, texts):
    vectors = encoder.encode(texts)
    assert vectors.shape == (len(texts), encoder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for text, vector in zip(texts[:3], vectors, strict=False):
        np.testing.assert_allclose(encoder.encode([text])[0], vector, atol=1e-6)


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("老百姓吵架打架的事处理了多少", "排查化解矛盾纠纷", "推进政务公开，公开政府信息"),
        ("搞了几场法律宣传", "开展普法宣传活动", "组织安全生产检查"),
        ("拖欠工钱怎么办", "农民工工资支付", "森林防火"),
        ("老板不给工资", "用人单位拖欠劳动报酬", "房屋租赁合同"),
    ],
)
def test_everyday_words_lie_near_official_words(encoder, question, right, wrong):
    asked, near, far = encoder.encode([question, right, wrong], query=True)
    assert asked @ near > asked @ far


def test_width_and_case_do_not_matter(encoder):
    narrow, wide = encoder.encode(["ABC 2023年", "ａｂｃ　２０２３年"])
    np.testing.assert_allclose(narrow, wide, atol=1e-6)


def test_the_default_encoder_does_without_torch():
    code = "import sys; from index.embed import default_encoder; default_encoder().encode(['金井镇']); print('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "False"


def test_a_question_takes_a_millisecond_and_the_files_stay_small(encoder):
    encoder.encode(["预热"])
    took = []
    for _ in range(50):
        start = time.perf_counter()
        encoder.encode(["金井镇2023年调解了多少矛盾纠纷"], query=True)
        took.append(time.perf_counter() - start)
    assert min(took) <= 0.001
    assert sum(file.stat().st_size for file in MODEL.rglob("*") if file.is_file()) <= 20_000_000


def test_the_name_tells_the_weights_apart(encoder, tmp_path):
    from safetensors.numpy import load_file, save_file

    tensors = load_file(MODEL / "model.safetensors")
    save_file(tensors | {"weights": tensors["weights"] * 2}, tmp_path / "model.safetensors")
    (tmp_path / "tokenizer.json").write_bytes((MODEL / "tokenizer.json").read_bytes())
    assert static_encoder(tmp_path).name != encoder.name == static_encoder(MODEL).name


def test_damaged_files_are_told_in_chinese(tmp_path):
    (tmp_path / "tokenizer.json").write_text("{}", encoding="utf-8")
    (tmp_path / "model.safetensors").write_bytes(b"\0" * 40)
    with pytest.raises(ModelUnavailable, match="重新安装"):
        static_encoder(tmp_path)


def test_any_other_model_is_loaded_with_its_query_prompt(transformer):
    encoder = load_encoder(str(transformer), Loading(device="cpu", batch_size=2))
    assert encoder.dimension == 16
    assert encoder.name.startswith(f"{transformer.name}-")
    asked, prompted, plain = encoder.encode(["纠纷"], query=True)[0], *encoder.encode(["查询：纠纷", "纠纷"])
    np.testing.assert_allclose(asked, prompted, atol=1e-5)
    assert np.abs(asked - plain).max() > 1e-3
    assert encoder.encode([]).shape == (0, 16)


def test_how_a_model_is_run_stands_after_its_name(transformer):
    encoder = load_encoder(f"{transformer}?device=cpu&dtype=float32&batch=2&query=文：")
    assert (encoder.batch_size, encoder.name) == (2, load_encoder(str(transformer)).name)
    np.testing.assert_allclose(encoder.encode(["纠纷"], query=True), encoder.encode(["文：纠纷"]), atol=1e-5)


@pytest.mark.parametrize("options", ["batch=0", "batch=many", "speed=9", "device=cpu&fast=1"])
def test_what_is_no_way_to_run_a_model_is_told_in_chinese(options):
    with pytest.raises(BadSettings, match="batch"):
        asked(f"model?{options}")


def test_models_that_forgot_to_declare_their_prompt_get_it(transformer, tmp_path):
    from sentence_transformers import SentenceTransformer

    folder = tmp_path / "bge-small-zh-v1.5"
    model = SentenceTransformer(str(transformer), device="cpu")
    model.prompts = {}
    model.save(str(folder))
    encoder = load_encoder(str(folder), Loading(device="cpu"))
    asked, prompted = encoder.encode(["纠纷"], query=True), encoder.encode(["为这个句子生成表示以用于检索相关文章：纠纷"])
    np.testing.assert_allclose(asked, prompted, atol=1e-5)


def test_lower_precision_keeps_the_identity(transformer):
    names = {load_encoder(str(transformer), Loading(device="cpu", dtype=dtype)).name for dtype in ("auto", "float32", "float16")}
    assert len(names) == 1


def test_the_default_goes_by_two_names(encoder):
    assert load_encoder().name == load_encoder("default").name == encoder.name


def test_a_reranker_scores_each_text(tmp_path, words):
    reranker = load_reranker(str(bert(tmp_path, words, labels=1)), Loading(device="cpu", batch_size=2))
    scores = reranker.scores("调解了多少纠纷", ["普法宣传", "纠纷", "普法宣传"])
    assert scores.shape == (3,)
    assert scores[0] == pytest.approx(scores[2], abs=1e-5)
    assert scores[0] != pytest.approx(scores[1], abs=1e-6)
    assert reranker.scores("纠纷", []).shape == (0,)


@pytest.mark.parametrize("load", [load_encoder, load_reranker])
def test_a_model_that_cannot_be_had_is_told_in_chinese(load, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    (tmp_path / "config.json").write_text("{", encoding="utf-8")
    for name in ("nobody/nothing", str(tmp_path)):
        with pytest.raises(ModelUnavailable, match="hf download"):
            load(name)
