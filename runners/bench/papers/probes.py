"""Distances of a trained classifier from its first weights: strategies/sharpness/src/test/resources/papers/probes.json."""
import torch

import goldens
from problem import Examples, logits, minus, norm, token_mean

PATH = goldens.path("sharpness", "probes.json")


def divergence(w, other, examples):
    """The mean over target tokens of KL(p_w || p_other)."""
    log_p = torch.log_softmax(logits(w, examples.x), dim=1)
    log_q = torch.log_softmax(logits(other, examples.x), dim=1)
    return token_mean((log_p.exp() * (log_p - log_q)).sum(dim=1), examples)


def kl_drift(w0, w, examples):
    """KL(p_0 || p) and KL(p || p_0). Shenfeld et al. 2025, arXiv:2509.04259."""
    return {"forward": divergence(w0, w, examples), "reverse": divergence(w, w0, examples)}


def weight_distance(w0, w, examples):
    """|w - w_0|, and its share of |w_0|. Li, Grandvalet and Davoine 2018, arXiv:1802.01483."""
    distance = norm(minus(w, w0))
    return {"distance": distance, "relative-distance": distance / norm(w0)}


METHODS = {"kl_drift": kl_drift, "weight_distance": weight_distance}


def entries(golden):
    """What each probe measures."""
    inputs = golden["inputs"]
    examples = Examples(goldens.tensor(inputs["x"]), torch.tensor(inputs["y"]), goldens.tensor(inputs["tokens"]))
    for name in golden["expected"]:
        values = METHODS[name](goldens.tensors(inputs["w0"]), goldens.tensors(inputs["w"]), examples)
        yield goldens.Entry(("expected", name), values)
