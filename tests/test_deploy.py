"""The container, the compose file and the service say what the program understands, and give it no more rights than it needs."""

import re
import shutil
import subprocess

import pytest
import yaml
from conftest import ROOT

from bot.settings import explained

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
UNIT = ROOT / "bot" / "deploy" / "zhenwen.service"
LOCK = dict(re.findall(r"^([\w-]+)==(\S+)$", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml", "bot/deploy/zhenwen.service", "data/operations.md", "data/security.md"])
def test_every_variable_that_is_named_is_a_setting(name):
    named = set(re.findall(r"ZHENWEN_[A-Z_]*[A-Z]", (ROOT / name).read_text(encoding="utf-8")))
    assert named and named <= {variable for variable, _, _ in explained()}


def test_the_image_runs_as_nobody_in_particular_and_is_looked_after():
    last = DOCKERFILE.rpartition("FROM ")[2]
    assert re.search(r"^USER [1-9]\d+$", last, re.MULTILINE)
    assert "/health" in last[last.index("HEALTHCHECK") :]
    assert set(re.findall(r"^COPY (\S+)", DOCKERFILE, re.MULTILINE)) <= {"pyproject.toml", "bot", "retrieval", "index", "--from=build"}


def test_the_image_holds_only_what_the_program_is_made_of():
    kept = [line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")]
    assert (ROOT / ".dockerignore").read_text(encoding="utf-8").startswith("*\n")
    assert all((ROOT / name).exists() for name in kept) and not {".git", "data", "tests", ".env"} & set(kept)


def test_the_root_of_the_container_is_read_only_and_it_can_do_nothing_beyond_its_work():
    service = COMPOSE["services"]["zhenwen"]
    assert service["read_only"] and service["cap_drop"] == ["ALL"] and "no-new-privileges:true" in service["security_opt"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert "ports" not in COMPOSE["services"]["chroma"]  # Chroma asks nobody who he is


def test_no_secret_is_in_the_files():
    for name, value in COMPOSE["services"]["zhenwen"]["environment"].items():
        assert not re.search("KEY|TOKEN|SECRET", name) or value.startswith("${")


def test_the_server_is_of_the_version_that_the_client_is_tested_with():
    assert COMPOSE["services"]["chroma"]["image"] == f"chromadb/chroma:{LOCK['chromadb']}"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here")
def test_the_service_is_understood_by_systemd_and_rated_safe():
    checked = subprocess.run(["systemd-analyze", "verify", UNIT], capture_output=True, encoding="utf-8", check=False)
    assert not [line for line in checked.stderr.splitlines() if "zhenwen" in line and "not executable" not in line], checked.stderr
    rated = subprocess.run(["systemd-analyze", "security", "--offline=yes", UNIT], capture_output=True, encoding="utf-8", check=False)
    assert float(re.search(r"exposure level for zhenwen.service: ([\d.]+)", rated.stdout)[1]) < 3
