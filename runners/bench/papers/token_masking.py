"""Selective token masking on a Llama model: runners/llm/src/test/resources/papers/token_masking.json.

A target counts if exp of its loss at the first weights is at most the threshold; of a row with no such target the one of the
least loss counts. Then a step of plain descent with the mean loss of those that count. Wu et al. 2025, arXiv:2501.14315.
"""
import torch

import goldens
import llama

PATH = goldens.path("llm", "token_masking.json")


def target_losses(ids, labels, w, config):
    """-log p of each labelled token of a row after the first, given those before it."""
    z = llama.logits(llama.embedded(ids, w), w, config)
    log_p = torch.log_softmax(z[:-1], dim=-1)
    return torch.stack([-log_p[place - 1, label] for place, label in enumerate(labels) if place > 0 and label >= 0])


def counting(losses, threshold):
    counts = losses.exp() <= threshold
    if not counts.any():
        counts[losses.argmin()] = True
    return counts


def entries(golden):
    """The tensors that the file shows, kernels as [in, out], after one step on all rows."""
    inputs = golden["inputs"]
    descent, masking = goldens.recipe(golden["hyper"]["recipe"])
    w, config = llama.read(goldens.path("engine", golden["hyper"]["model_dir"]))
    rows = [
        (ids[:sum(mask)], labels[:sum(mask)])
        for ids, labels, mask in zip(inputs["input_ids"], inputs["labels"], inputs["attention_mask"])]
    shown = golden["hyper"]["shown"]
    for name in shown:
        w[name].requires_grad_()
    losses = [target_losses(ids, labels, w, config) for ids, labels in rows]
    counted = torch.cat([of_row[counting(of_row.detach(), masking["threshold"])] for of_row in losses])
    slopes = torch.autograd.grad(counted.mean(), [w[name] for name in shown])
    after = {name: w[name].detach() - descent["lr"] * slope for name, slope in zip(shown, slopes)}
    in_first = {name: value.T if value.dim() == 2 else value for name, value in after.items()}
    yield goldens.Entry(("expected",), {"loss": counted.mean(), "after": in_first})
