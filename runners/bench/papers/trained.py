"""What is trained in a sequence of tasks: all weights, some of them, or an adapter of fc1.weight.

start(w) gives the values that are trained from weights w, seen(p) the weights that the model sees, effective(p) those of
them that an adapter makes, replaced(v) all weights with these, and next(p) gives the values that the next task begins with.
"""
import math
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


class Adapter:
    """Trains something that changes fc1.weight alone; merges says whether the next task starts from the changed one."""

    merges = False

    def start(self, w):
        self.base = w
        return self.first(w[W1])

    def replaced(self, v):
        return self.base | v

    def seen(self, p):
        return self.replaced(self.effective(p))

    def next(self, p):
        return self.start(self.seen(p)) if self.merges else p


class Osf(Adapter):
    """W' = W + (I - U_k U_k^T) D (I - V_k V_k^T), D = 0 at first, with the k = keep of the triples of W that are largest;
    the next task starts from W'. Nayak et al. 2025, arXiv:2504.07097.
    """

    merges = True

    def __init__(self, recipe, w):
        self.keep = recipe["keep"]

    def first(self, w):
        k = max(1, math.floor(self.keep * min(w.shape)))
        u, _, vh = torch.linalg.svd(w, full_matrices=False)
        self.rows = torch.eye(w.shape[0]) - u[:, :k] @ u[:, :k].T
        self.columns = torch.eye(w.shape[1]) - vh[:k].T @ vh[:k]
        return {"D": torch.zeros_like(w)}

    def effective(self, p):
        return {W1: self.base[W1] + self.rows @ p["D"] @ self.columns}


class Oft(Adapter):
    """W' = R W, R = (I - Q) (I + Q)^-1 with a skew-symmetric Q of all inputs, Q = 0 at first. Qiu et al. 2023,
    arXiv:2306.07280.
    """

    def __init__(self, recipe, w):
        if recipe["form"] != "exact" or recipe["block"] != w[W1].shape[0]:
            raise ValueError(f"form={recipe['form']} and block={recipe['block']:g} are not exact and {w[W1].shape[0]}")

    def first(self, w):
        n = w.shape[0]
        return {"Q": torch.zeros(n * (n - 1) // 2, dtype=torch.float64)}

    def effective(self, p):
        n = self.base[W1].shape[0]
        above = torch.zeros(n, n, dtype=torch.float64)
        above[tuple(torch.triu_indices(n, n, 1))] = p["Q"]
        q = above - above.T
        one = torch.eye(n, dtype=torch.float64)
        return {W1: (one - q) @ torch.linalg.inv(one + q) @ self.base[W1]}


class Lora(Adapter):
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

    def first(self, w):
        u, s, vh = torch.linalg.svd(w, full_matrices=False)
        root = (s[:self.rank] / self.scale).sqrt()
        self.a0, self.b0 = u[:, :self.rank] * root, root[:, None] * vh[:self.rank]
        return {"A": self.a0, "B": self.b0}

    def change(self, p):
        return self.scale * (p["A"] @ p["B"] - self.a0 @ self.b0)

    def effective(self, p):
        return {W1: self.base[W1] + self.change(p)}


class Dora(Lora):
    """V = W + s (A B - A0 B0), W' = (|W| + d) V / |V| by columns, |V| constant in the gradient, d = 0 at first. Liu et al.
    2024, arXiv:2402.09353.
    """

    def first(self, w):
        return super().first(w) | {"d": torch.zeros_like(w[0])}

    def effective(self, p):
        w = self.base[W1]
        v = w + self.change(p)
        return {W1: (w.norm(dim=0) + p["d"]) * v / v.norm(dim=0).detach()}
