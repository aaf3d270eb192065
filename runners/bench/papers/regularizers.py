"""Regularizers of sequences of tasks: penalties around finished tasks, distillation, and weights of tokens."""
import math

import torch

from problem import each, gradient, logits, losses, plus, token_mean
from technique import Technique


def quadratic(importance, w, anchor):
    return sum((importance[n] * (w[n] - anchor[n]) ** 2).sum() for n in anchor)


def mean_over_examples(function, task, w):
    """The mean over single examples of a function of weights."""
    total = each(torch.zeros_like, w)
    for i in range(len(task.examples)):
        total = plus(total, 1 / len(task.examples), function(task.examples[[i]]))
    return total


class L2Sp(Technique):
    """lambda/2 |w - a|^2, a the first weights, or with anchor=previous those before the task, from the second task on.
    Li, Grandvalet and Davoine 2018, arXiv:1802.01483.
    """

    def __init__(self, recipe):
        self.strength = recipe["lambda"]
        self.previous = recipe.get("anchor", "pretrained") == "previous"
        self.anchor = None

    def begin(self, task, p, at):
        if task.index == 0 and not self.previous or task.index > 0 and self.previous:
            self.anchor = p

    def penalty(self, p, batch, at):
        if self.anchor is None:
            return 0
        return self.strength / 2 * quadratic(each(torch.ones_like, self.anchor), p, self.anchor)


class Ewc(Technique):
    """lambda/2 sum over finished tasks of F (w - a)^2; F the mean over examples of the squared gradient of -log p of all
    target tokens. mode=online keeps one term with F = gamma F + F_k and the last a (Schwarz et al. 2018, arXiv:1805.06370).
    With space=effective, w, F and a are of the weights that the model sees. With normalize=max each F_k is divided by its
    largest element, and with clip it is cut there. Kirkpatrick et al. 2017, arXiv:1612.00796.
    """

    def __init__(self, recipe):
        self.strength, self.gamma = recipe["lambda"], recipe.get("gamma", 1)
        self.separate = recipe.get("mode", "online") == "separate"
        self.effective = recipe.get("space", "trainable") == "effective"
        self.of_largest = recipe.get("normalize", "none") == "max"
        self.clip = recipe.get("clip", torch.inf)
        self.terms = []

    def penalty(self, p, batch, at):
        w = at.effective(p) if self.effective else p
        return self.strength / 2 * sum(quadratic(fisher, w, anchor) for fisher, anchor in self.terms)

    def finish(self, task, p, at):
        w = at.effective(p) if self.effective else p
        seen = at.replaced if self.effective else at.seen

        def squares(example):
            g = gradient(lambda v: (example.tokens * losses(seen(v), example)).sum(), w)
            return each(torch.square, g)

        fisher = mean_over_examples(squares, task, w)
        largest = max(f.max() for f in fisher.values())
        fisher = each(lambda f: (f / (largest if self.of_largest else 1)).clamp(max=self.clip), fisher)
        if not self.separate and self.terms:
            [(old, _)] = self.terms
            fisher = plus(fisher, self.gamma, old)
            self.terms = []
        self.terms.append((fisher, w))


class Mas(Technique):
    """lambda Omega (w - a)^2, Omega summed over finished tasks of the mean over examples of |d |z|^2 / dw|, a the last.
    Aljundi et al. 2018, arXiv:1711.09601.
    """

    def __init__(self, recipe):
        self.strength = recipe["lambda"]
        self.omega, self.anchor = {}, {}

    def penalty(self, p, batch, at):
        return self.strength * quadratic(self.omega, p, self.anchor)

    def finish(self, task, p, at):
        def sizes(example):
            return each(torch.abs, gradient(lambda v: logits(at.seen(v), example.x).square().sum(), p))

        latest = mean_over_examples(sizes, task, p)
        self.omega = plus(latest, 1, self.omega) if self.omega else latest
        self.anchor = p


class SynapticIntelligence(Technique):
    """c Omega (w - a)^2, Omega summed over finished tasks of max(0, sum over steps of -g dw) / (moved^2 + xi), g of the
    data loss at the weights before the step; with keep-negative the sum over tasks counts where it is above 0. Zenke, Poole
    and Ganguli 2017, arXiv:1703.04200.
    """

    def __init__(self, recipe):
        self.c, self.xi = recipe["c"], recipe["xi"]
        self.least = -torch.inf if recipe.get("keep-negative", False) else 0
        self.omega, self.anchor = {}, {}

    def begin(self, task, p, at):
        self.start = p
        self.path = each(torch.zeros_like, p)

    def penalty(self, p, batch, at):
        return self.c * quadratic(each(lambda omega: omega.clamp(min=0), self.omega), p, self.anchor)

    def moved(self, before, after, g):
        self.path = each(lambda path, slope, was, now: path - slope * (now - was), self.path, g, before, after)

    def finish(self, task, p, at):
        counted = each(lambda path: path.clamp(min=self.least), self.path)
        latest = each(lambda omega, was, now: omega / ((now - was) ** 2 + self.xi), counted, self.start, p)
        self.omega = plus(latest, 1, self.omega) if self.omega else latest
        self.anchor = p


class Distillation(Technique):
    """lambda T^2 times the mean over target tokens of KL(p_teacher || p_w), or of KL(p_w || p_teacher) with
    direction=reverse; p = softmax(z / T), with mask-target without the label. The teacher is the first model, or that
    before the task, from the second task on. With inputs=rehearsed the divergences of current examples count as 0 in the
    mean. Hinton et al. 2015, arXiv:1503.02531; Li and Hoiem 2016, arXiv:1606.09282.
    """

    def __init__(self, strength, temperature, previous, reverse=False, masked=False, of_rehearsed=False):
        self.strength, self.temperature = strength, temperature
        self.previous, self.reverse, self.masked, self.of_rehearsed = previous, reverse, masked, of_rehearsed
        self.teacher = None

    @staticmethod
    def kl(recipe):
        return Distillation(
            recipe["lambda"], recipe.get("temperature", 1), recipe.get("teacher", "pretrained") == "previous",
            recipe.get("direction", "forward") == "reverse", recipe.get("mask-target", False),
            recipe.get("inputs", "all") == "rehearsed")

    @staticmethod
    def lwf(recipe):
        return Distillation(recipe.get("lambda", 1), recipe.get("temperature", 2), True)

    def begin(self, task, p, at):
        if task.index == 0 and not self.previous or task.index > 0 and self.previous:
            self.teacher = at.seen(p)

    def added(self, batch, p, at):
        self.first = len(batch) if self.of_rehearsed else 0

    def penalty(self, p, batch, at):
        if self.teacher is None:
            return 0
        rows = [torch.tensor(0.0)] * self.first
        for i in range(self.first, len(batch)):
            kept = [v for v in range(3) if not self.masked or v != batch.y[i]]
            teacher = torch.log_softmax(logits(self.teacher, batch.x[i])[kept] / self.temperature, 0)
            model = torch.log_softmax(logits(at.seen(p), batch.x[i])[kept] / self.temperature, 0)
            first, second = (model, teacher) if self.reverse else (teacher, model)
            rows.append((first.exp() * (first - second)).sum())
        return self.strength * self.temperature**2 * token_mean(torch.stack(rows), batch)


class Dft(Technique):
    """A token counts p^alpha, constant. Wu et al. 2025, arXiv:2508.05629."""

    def __init__(self, recipe):
        self.alpha = recipe["alpha"]

    def factors(self, w, batch):
        return torch.exp(-self.alpha * losses(w, batch))


class Eaft(Technique):
    """A token counts H / ln k, H the entropy of the softmax over the k largest logits, constant. arXiv:2601.02151."""

    def __init__(self, recipe):
        self.top = int(recipe["top"])

    def factors(self, w, batch):
        largest = torch.topk(logits(w, batch.x), self.top, dim=1).values
        log_p = torch.log_softmax(largest, dim=1)
        entropy = -(log_p.exp() * log_p).sum(dim=1)
        return entropy / math.log(self.top)


class Talr(Technique):
    """A token counts max(p^(1/tau), floor), tau the median of the mean losses of the sequences, constant. Lin et al. 2025,
    arXiv:2509.20758.
    """

    def __init__(self, recipe):
        self.floor = recipe["floor"]

    def factors(self, w, batch):
        of_each = losses(w, batch)
        tau = torch.quantile(of_each, 0.5)
        return torch.exp(-of_each / tau).clamp(min=self.floor)


class OrthogonalLora(Technique):
    """lambda times the sum over finished tasks t of |A_t^T A|_1. Wang et al. 2023, arXiv:2310.14152."""

    def __init__(self, recipe):
        self.strength = recipe["lambda"]
        self.earlier = []

    def penalty(self, p, batch, at):
        return self.strength * sum((a.T @ p["A"]).abs().sum() for a in self.earlier)

    def finish(self, task, p, at):
        self.earlier.append(p["A"])


class Balancedness(Technique):
    """b = |A|^2 - |B|^2; lambda |b|, or lambda/2 b^2 with form=square. Li, Zhang and He 2024, arXiv:2410.14802."""

    def __init__(self, recipe):
        self.strength, self.square = recipe["lambda"], recipe["form"] == "square"

    def penalty(self, p, batch, at):
        b = p["A"].square().sum() - p["B"].square().sum()
        return self.strength / 2 * b**2 if self.square else self.strength * b.abs()


class ControlledLora(Technique):
    """lambda/2 (|P_A^T A|^2 + |B P_B|^2); square P are any orthogonal matrices, which leave the norms of A and B. Lu et al.
    2025, arXiv:2410.16801.
    """

    def __init__(self, recipe, p_a, p_b):
        self.strength = recipe["lambda"]
        self.p_a, self.p_b = p_a, p_b

    def penalty(self, p, batch, at):
        return self.strength / 2 * ((self.p_a.T @ p["A"]).square().sum() + (p["B"] @ self.p_b).square().sum())
