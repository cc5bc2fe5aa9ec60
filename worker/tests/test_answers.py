"""The loss on answers equals torch's own cross entropy, and so do its gradients."""

import pytest
import torch
from torch.nn import functional

from brightrun_worker.dataset.render import IGNORED
from brightrun_worker.training import answers


@pytest.mark.parametrize("kind", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("learned", [0, 1, answers.TOGETHER, 700])
def test_like_torchs_own(kind, learned):
    torch.manual_seed(learned)
    scores = (3 * torch.randn(800, 90)).to(kind)
    targets = torch.randint(90, (800,))
    targets[torch.randperm(800)[: 800 - learned]] = IGNORED
    mine, theirs = scores.clone().requires_grad_(), scores.clone().requires_grad_()
    loss = answers.Nats.apply(mine, targets) / 7
    usual = functional.cross_entropy(theirs.float(), targets, ignore_index=IGNORED, reduction="sum") / 7
    assert loss.item() == pytest.approx(usual.item(), rel=1e-5)
    loss.backward()
    usual.backward()
    assert mine.grad.dtype == kind
    assert torch.equal(mine.grad, theirs.grad) or torch.allclose(mine.grad, theirs.grad, rtol=1e-2, atol=1e-6)
    assert not mine.grad[targets == IGNORED].any()
