"""Mergers of the weights before and after training: strategies/wise-ft/src/test/resources/papers/mergers.json.

Of a history w0, w1, w2, w3 (before training, and after each of three tasks), tensor by tensor.
"""
import dataclasses
import itertools

import torch

import goldens

PATH = goldens.path("wise-ft", "mergers.json")
TOP, EPSILON, STAYS = 2, 0.75, 0.25


@dataclasses.dataclass(frozen=True)
class History:
    """The weights before training, after each task, and of a model with directions that were not there; 1 for the entries
    that dare keeps, 0 for the others; the Fishers before and after training.
    """
    before: dict
    tasks: list
    strong: dict
    layers: dict
    roles: dict
    kept: dict
    fishers: tuple

    @property
    def last(self):
        return self.tasks[-1]

    def of_ends(self, function):
        """A function of each tensor before training and after the last task."""
        return {n: function(w0, self.last[n]) for n, w0 in self.before.items()}


def slerp(of, t=0.3):
    """(sin((1 - t) w) w0 + sin(t w) w1) / sin w, cos w = <w0, w1> / (|w0| |w1|). Shoemake 1985."""
    def arc(w0, w1):
        angle = torch.arccos((w0 * w1).sum() / (w0.norm() * w1.norm()))
        return (torch.sin((1 - t) * angle) * w0 + torch.sin(t * angle) * w1) / torch.sin(angle)
    return of.of_ends(arc)


def lines(of, alpha=0.4, beta=0.5):
    """w0 + (alpha + beta (l - 1) / (L - 1)) (w1 - w0) in the layers l = 1..L, and alpha outside of them. Wang et al. 2025,
    arXiv:2410.17146.
    """
    last = max(of.layers.values())
    merged = {}
    for n, w0 in of.before.items():
        layer = of.layers[n]
        share = alpha + beta * layer / last if layer >= 0 else alpha
        merged[n] = w0 + share * (of.last[n] - w0)
    return merged


def wise_ft(of, alpha=0.3):
    """(1 - alpha) w0 + alpha w1. Wortsman et al. 2022, arXiv:2109.01903."""
    return of.of_ends(lambda w0, w1: (1 - alpha) * w0 + alpha * w1)


def fisher_merging(of, alpha=0.3, floor=0.1, normalize=False):
    """(c0 w0 + c1 w1) / (c0 + c1), c0 = (1 - alpha) F0, c1 = alpha F1; F0 and F1 are raised by floor times their mean over
    the tensor, and divided by the norm that they had over the model before. Matena and Raffel 2022, arXiv:2111.09832; the
    norm is in their code.
    """
    before, after = of.fishers
    norm0, norm1 = (norm_of_all(f) if normalize else 1 for f in of.fishers)
    merged = {}
    for n, w0 in of.before.items():
        c0 = (1 - alpha) * (before[n] + floor * before[n].mean()) / norm0
        c1 = alpha * (after[n] + floor * after[n].mean()) / norm1
        merged[n] = (c0 * w0 + c1 * of.last[n]) / (c0 + c1)
    return merged


def fisher_merging_normalized(of):
    """The same with norms."""
    return fisher_merging(of, normalize=True)


def norm_of_all(tensors):
    """The Euclidean norm over all tensors."""
    return torch.sqrt(sum((x * x).sum() for x in tensors.values()))


def task_arithmetic(of, factor=1.7):
    """w0 + lambda (w1 - w0). Ilharco et al. 2023, arXiv:2212.04089."""
    return of.of_ends(lambda w0, w1: w0 + factor * (w1 - w0))


def dare(of, p=0.4, factor=1.3):
    """w0 + lambda / (1 - p) m (w1 - w0), where m is 0 for entries that were drawn, each with probability p, else 1. Yu et
    al. 2024, arXiv:2311.03099.
    """
    return {n: w0 + factor / (1 - p) * of.kept[n] * (of.last[n] - w0) for n, w0 in of.before.items()}


def soup(of):
    """The mean of the weights after each task. Wortsman et al. 2022, arXiv:2203.05482."""
    return {n: sum(w[n] for w in of.tasks) / len(of.tasks) for n in of.before}


def model_stock(of):
    """c = mean over pairs of cos(w_i - w0, w_j - w0), r = T c / (1 + (T - 1) c); r mean + (1 - r) w0. Jang, Yun and Han
    2024, arXiv:2403.19522.
    """
    count = len(of.tasks)
    merged = {}
    for n, w0 in of.before.items():
        changes = [w[n] - w0 for w in of.tasks]
        cosines = [(a * b).sum() / (a.norm() * b.norm()) for a, b in itertools.combinations(changes, 2)]
        c = sum(cosines) / len(cosines)
        r = count * c / (1 + (count - 1) * c)
        merged[n] = r * sum(w[n] for w in of.tasks) / count + (1 - r) * w0
    return merged


def intruding(w0, w):
    """The triples s, u, v of a kernel in the layout [out, in], and which of the first ones intrude: those whose u has a
    cosine below epsilon with all left singular vectors of w0.
    """
    u0 = torch.linalg.svd(w0.T, full_matrices=False).U
    u, s, vh = torch.linalg.svd(w.T, full_matrices=False)
    similar = (u0.T @ u).abs().amax(dim=0)
    return u, s, vh, [j for j in range(TOP) if similar[j] < EPSILON]


def intruders(of):
    """w without 1 - lambda of s u v^T of each intruder. Shuttleworth et al. 2024, arXiv:2410.21228."""
    merged = dict(of.strong)
    for n, w in of.strong.items():
        if of.roles[n] == "KERNEL":
            u, s, vh, found = intruding(of.before[n], w)
            for j in found:
                merged[n] = merged[n] - (1 - STAYS) * (s[j] * torch.outer(u[:, j], vh[j])).T
    return merged


def intruder_share(of):
    """The number of intruders, their share of the directions that are looked at, and the mean over kernels of their part of
    the squares of these directions' singular values.
    """
    kernels = [n for n, role in of.roles.items() if role == "KERNEL"]
    count, energies = 0, []
    for n in kernels:
        _, s, _, found = intruding(of.before[n], of.strong[n])
        count += len(found)
        energies.append(s[found].square().sum() / s[:TOP].square().sum())
    return {"intruders": count, "share": count / (TOP * len(kernels)), "energy": sum(energies) / len(energies)}


METHODS = {
    "slerp": slerp,
    "lines": lines,
    "wise_ft": wise_ft,
    "fisher_merging": fisher_merging,
    "fisher_merging_normalized": fisher_merging_normalized,
    "task_arithmetic": task_arithmetic,
    "dare": dare,
    "soup": soup,
    "model_stock": model_stock,
    "intruders": intruders,
    "intruder_share": intruder_share,
}


def entries(golden):
    """What each merger that the file has gives."""
    inputs = golden["inputs"]
    tasks = [goldens.floats(inputs[f"after_task_{t}"]) for t in range(3)]
    of = History(
        goldens.floats(inputs["pretrained"]), tasks, goldens.floats(inputs["strong"]), inputs["layers"], inputs["roles"],
        goldens.floats(inputs["kept_by_dare"]),
        (goldens.floats(inputs["fisher_before"]), goldens.floats(inputs["fisher_after"])))
    for name in golden["expected"]:
        yield goldens.Entry(("expected", name), METHODS[name](of))
