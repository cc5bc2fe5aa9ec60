"""Fixtures shared by all tests: tiny models made once, and a folder to run in."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # a tiny model gains nothing from more, and waits where cores are busy
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["PYTORCH_NVML_BASED_CUDA_CHECK"] = "1"  # asking whether there is CUDA must not begin it: workers are forked

import pytest

import tiny_model


def _model(tmp_path_factory, template: str):
    return tiny_model.make(tmp_path_factory.mktemp("model") / template, template)


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    """A folder with a tiny model whose template has system turns."""
    return _model(tmp_path_factory, "chatml")


@pytest.fixture(scope="session")
def strict_model(tmp_path_factory):
    """One whose template raises at a system turn and where roles do not alternate."""
    return _model(tmp_path_factory, "strict")


@pytest.fixture(scope="session")
def bare_model(tmp_path_factory):
    """One without a chat template."""
    return _model(tmp_path_factory, "none")
