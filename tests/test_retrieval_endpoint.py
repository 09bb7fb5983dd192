"""What a keeper writes for a language model, and what it means."""

import pytest

from index.errors import BadSettings
from retrieval.assist.endpoint import Endpoint


@pytest.mark.parametrize(
    ("model", "url", "provider", "name", "place"),
    [
        ("deepseek:deepseek-chat", "", "openai", "deepseek-chat", "api.deepseek.com"),
        ("qwen:qwen-plus", "", "openai", "qwen-plus", "dashscope.aliyuncs.com"),
        ("openai:gpt-4.1", "", "openai", "gpt-4.1", "api.openai.com"),
        ("ollama:qwen3:8b", "", "openai", "qwen3:8b", "127.0.0.1:11434"),
        ("vllm:Qwen/Qwen3-8B", "", "openai", "Qwen/Qwen3-8B", "127.0.0.1:8000"),
        ("qwen3:8b", "http://127.0.0.1:11434/v1", "openai", "qwen3:8b", "127.0.0.1:11434"),
        ("qwen:qwen-max", "https://model.county.gov/v1/chat/completions", "openai", "qwen-max", "model.county.gov"),
        ("县里的模型", "http://me:word@10.0.0.8:9000/v1/", "openai", "县里的模型", "10.0.0.8:9000"),
        ("anthropic:claude-x", "", "anthropic", "claude-x", "anthropic 的默认地址"),
    ],
)
def test_a_model_and_an_address_mean_an_endpoint(model, url, provider, name, place):
    endpoint = Endpoint.of(model, url, "k")
    assert (endpoint.provider, endpoint.model, endpoint.place) == (provider, name, place)
    assert not endpoint.url.endswith(("/", "completions"))
    assert "word" not in endpoint.address


@pytest.mark.parametrize(
    ("model", "url", "key", "words"),
    [
        ("qwen-plus", "", "k", "提供方:模型"),
        ("deepseek:deepseek-chat", "", "", "要设 ZHENWEN_MODEL_KEY"),
        ("m", "127.0.0.1:11434", "", "完整的网址"),
        ("m", "ftp://x/v1", "", "完整的网址"),
        ("m", "http://x:port/v1", "", "完整的网址"),
        ("m", "http://[::1/v1", "", "完整的网址"),
        ("m", "http://x/v1", "ｓｋ-1", "没有复制对"),
        ("m", "http://x/v1", "sk 1", "没有复制对"),
    ],
)
def test_what_cannot_be_meant_says_how_to_write_it(model, url, key, words):
    with pytest.raises(BadSettings, match=words) as failure:
        Endpoint.of(model, url, key)
    assert len(key) < 2 or key not in str(failure.value)


@pytest.mark.parametrize("host", ["127.0.0.1:1", "localhost", "10.1.2.3", "192.168.0.9:8000", "gpu-server", "[::1]:80", "llm.lan"])
def test_this_machine_and_private_networks_are_nearby(host):
    assert Endpoint.of("m", f"http://{host}/v1").nearby


@pytest.mark.parametrize("host", ["8.8.8.8", "api.deepseek.com", "llm.county.gov.cn"])
def test_the_internet_is_not_nearby(host):
    assert not Endpoint.of("m", f"https://{host}/v1").nearby
