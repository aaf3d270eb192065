"""What is trained in a sequence of tasks: all weights, some of them, or a low-rank adapter of fc1.weight.

start(w) gives the values that are trained from weights w, seen(p) the weights that the model sees, effective(p) those of
them that an adapter makes, replaced(v) all weights with these, and merged(p) what is trained by the next task.
"""
import re

import torch

from problem import W1


class Some:
    """The weights whose names are given; the others stay."""

    def __init__(self, names):
        self.names = names

    def start(self, w):
        self.base = w
        return {n: v for n, v in w.items() if n in self.names}

    def seen(self, p):
        return self.base | p

    def next(self, p):
        return p


def masked(recipe, w):
    return Some([n for n in w if re.fullmatch(recipe["train"], n)])


def freeze(recipe, w):
    """Zheng et al. 2025, arXiv:2501.13453."""
    if recipe["embeddings"]:
        raise ValueError("the model has no embeddings")
    return Some([n for n in w if not re.fullmatch(recipe["names"], n)])


def bitfit(recipe, w):
    """Ben-Zaken, Ravfogel and Goldberg 2021, arXiv:2106.10199."""
    return Some([n for n in w if n.endswith(".bias")])


class Lora:
    """W' = W + s (A B - A0 B0), s = alpha / r, A = A0 and B = B0 at first, with s A0 B0 the r largest singular triples of W.
    With merge-after-task W becomes W' after each task, and A, B its largest triples. Hu et al. 2021, arXiv:2106.09685;
    Meng, Wang and Zhang 2024, arXiv:2404.02948.
    """

    def __init__(self, recipe, w):
        if recipe["init"] != "pissa" or recipe["target"] != W1:
            raise ValueError(f"init={recipe['init']} of {recipe['target']} is not pissa of {W1}")
        self.rank = int(recipe["rank"])
        self.scale = recipe["alpha"] / self.rank
        self.merges = recipe.get("merge-after-task", False)

    def start(self, w):
        self.base = w
        u, s, vh = torch.linalg.svd(w[W1], full_matrices=False)
        root = (s[:self.rank] / self.scale).sqrt()
        self.first = {"A": u[:, :self.rank] * root, "B": root[:, None] * vh[:self.rank]}
        return dict(self.first)

    def change(self, p):
        return self.scale * (p["A"] @ p["B"] - self.first["A"] @ self.first["B"])

    def effective(self, p):
        return {W1: self.base[W1] + self.change(p)}

    def replaced(self, v):
        return self.base | v

    def seen(self, p):
        return self.replaced(self.effective(p))

    def next(self, p):
        return self.start(self.seen(p)) if self.merges else p


class Dora(Lora):
    """V = W + s (A B - A0 B0), W' = (|W| + d) V / |V| by columns, |V| constant in the gradient, d = 0 at first. Liu et al.
    2024, arXiv:2402.09353.
    """

    def start(self, w):
        return super().start(w) | {"d": torch.zeros_like(w[W1][0])}

    def effective(self, p):
        w = self.base[W1]
        v = w + self.change(p)
        return {W1: (w.norm(dim=0) + p["d"]) * v / v.norm(dim=0).detach()}
