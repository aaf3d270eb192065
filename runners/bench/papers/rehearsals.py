"""Rehearsals of sequences of tasks: kept examples in the loss or as constraints, weights and orders of the current ones."""
import numpy
import scipy
import torch

from problem import Examples, dot, gradient, logits, losses, mean_loss, plus, token_mean
from technique import Technique


class Memory(Technique):
    """Keeps the examples of finished tasks, and adds ratio of them for each current one: all that are kept, as often as it
    takes, so that the draw does not matter. Chaudhry et al. 2019, arXiv:1902.10486.
    """

    def __init__(self, recipe):
        self.ratio = recipe["ratio"]
        self.kept = []

    def finish(self, task, p, at):
        self.kept.append(task.examples)

    def everything(self):
        return sum(self.kept[1:], self.kept[0])

    def rehearsed(self, batch):
        kept = self.everything()
        times, rest = divmod(round(self.ratio * len(batch)), len(kept))
        if rest:
            raise ValueError(f"{self.ratio} of {len(batch)} examples is not a multiple of the {len(kept)} that are kept")
        return kept.repeated(times)


class Replay(Memory):
    """One mean over the target tokens of current and kept examples."""

    def added(self, batch, p, at):
        return self.rehearsed(batch) if self.kept else None


def certain(z, temperature):
    """The labels drawn from softmax(z / T), where T is so small that only the largest logit is ever drawn."""
    p = torch.softmax(z / temperature, dim=1)
    if (p.amax(dim=1) < 1 - 1e-9).any():
        raise ValueError(f"at the temperature {temperature:g} the labels depend on the draw")
    return p.argmax(dim=1)


class PseudoReplay(Replay):
    """What is kept has labels y ~ softmax(z(x) / T) of the model at the end of the example's task. Robins 1995."""

    def __init__(self, recipe):
        super().__init__(recipe)
        self.temperature = recipe["temperature"]
        self.finished = []

    def finish(self, task, p, at):
        self.finished.append((task.examples, logits(at.seen(p), task.examples.x)))

    def begin(self, task, p, at):
        """Labels are needed from the next task on; those of the last task are never drawn."""
        self.kept = [examples.relabelled(certain(z, self.temperature)) for examples, z in self.finished]


class SelfReplay(Technique):
    """N samples of the first model are added to the examples of every task; without a prompt its features are 0 here, and
    a sample is a label y ~ softmax(z(0) / T). Marek et al. 2026, arXiv:2605.26097.
    """

    def __init__(self, recipe):
        self.ratio, self.temperature = recipe["ratio"], recipe["temperature"]
        self.count = round(recipe["samples"])
        self.samples = None

    def begin(self, task, p, at):
        if self.samples is None:
            x = torch.zeros(self.count, task.examples.x.shape[1], dtype=torch.float64)
            labels = certain(logits(at.seen(p), x), self.temperature)
            self.samples = Examples(x, labels, torch.ones(self.count, dtype=torch.float64))

    def added(self, batch, p, at):
        if round(self.ratio * len(batch)) != self.count:
            raise ValueError(f"{self.ratio} of {len(batch)} examples are not the {self.count} samples")
        return self.samples


class DarkExperience(Memory):
    """alpha times the mean over rehearsed target tokens of 1/V |z - z_k|^2, z_k the logits at the end of the example's task,
    and beta times the mean loss of the rehearsed. Buzzega et al. 2020, arXiv:2004.07211, equations 5 and 6.
    """

    def __init__(self, recipe):
        super().__init__(recipe)
        self.alpha, self.beta = recipe["alpha"], recipe.get("beta", 0)
        self.logits = []

    def finish(self, task, p, at):
        super().finish(task, p, at)
        self.logits.append(logits(at.seen(p), task.examples.x))

    def penalty(self, p, batch, at):
        if not self.kept:
            return 0
        kept = self.everything()
        z = logits(at.seen(p), kept.x)
        distance = (z - torch.cat(self.logits)).square().mean(dim=1)
        return self.alpha * token_mean(distance, kept) + self.beta * mean_loss(at.seen(p), kept)


class AveragedGem(Memory):
    """g - min(<g, r>, 0) / |r|^2 r, r of the mean loss of the rehearsed. Chaudhry et al. 2019, arXiv:1812.00420."""

    def constrained(self, g, p, at):
        if not self.kept:
            return g
        r = gradient(lambda v: mean_loss(at.seen(v), self.everything()), p)
        return plus(g, -min(dot(g, r), torch.tensor(0.0)) / dot(r, r), r)


class Gem(Memory):
    """g + sum of v_k r_k where some <g, r_k> < 0; v = argmin over v >= margin of 1/2 v^T P v + q^T v, P_jk = <r_j, r_k>,
    q_k = <g, r_k>. Lopez-Paz and Ranzato 2017, arXiv:1706.08840, equations 8 to 11.
    """

    def __init__(self, recipe):
        super().__init__(recipe)
        self.margin = recipe["margin"]

    def constrained(self, g, p, at):
        r = [gradient(lambda v, kept=kept: mean_loss(at.seen(v), kept), p) for kept in self.kept]
        q = numpy.array([float(dot(g, r_k)) for r_k in r])
        if not (q < 0).any():
            return g
        gram = numpy.array([[float(dot(r_j, r_k)) for r_k in r] for r_j in r])
        for v_k, r_k in zip(nonnegative(gram, q, self.margin), r):
            g = plus(g, v_k, r_k)
        return g


def nonnegative(p, q, margin):
    """argmin over v >= margin of 1/2 v^T P v + q^T v as least squares: with P = C C^T and v = margin + u, u >= 0, it is that
    of |C^T u + C^-1 (q + P margin)|.
    """
    c = numpy.linalg.cholesky(p)
    target = -numpy.linalg.solve(c, q + p @ numpy.full(len(q), margin))
    u, _ = scipy.optimize.nnls(c.T, target)
    return margin + u


class Interference(Memory):
    """Of the candidates, here all that are kept, those with the largest l(w - alpha g) - l(w) are added, g of the current
    examples. Aljundi et al. 2019, arXiv:1908.04742, algorithm 1.
    """

    def __init__(self, recipe):
        super().__init__(recipe)
        self.candidates, self.alpha = recipe["candidates"], recipe["alpha"]

    def added(self, batch, p, at):
        if not self.kept:
            return None
        kept = self.everything()
        count = round(self.ratio * len(batch))
        if len(kept) > self.candidates * count:
            raise ValueError(f"{len(kept)} kept examples are more than the {self.candidates * count} candidates")
        g = gradient(lambda v: mean_loss(at.seen(v), batch), p)
        ahead = at.seen(plus(p, -self.alpha, g))
        rise = losses(ahead, kept) - losses(at.seen(p), kept)
        return kept[torch.topk(rise, count).indices]


class CorpusReplay(Technique):
    """The examples of a corpus are added to those of every task. Bethune et al. 2025."""

    def __init__(self, recipe, corpus):
        self.ratio, self.corpus = recipe["ratio"], corpus

    def added(self, batch, p, at):
        if round(self.ratio * len(batch)) != len(self.corpus):
            raise ValueError(f"{self.ratio} of {len(batch)} examples are not the {len(self.corpus)} of the corpus")
        return self.corpus


class Flow(Technique):
    """An example counts exp(-l / tau), l its loss at the first weights, tau the median of l over the task. Sanyal et al.
    2025, arXiv:2502.02797.
    """

    def __init__(self, recipe):
        self.first = None

    def begin(self, task, p, at):
        if self.first is None:
            self.first = at.seen(p)
        self.tau = torch.quantile(losses(self.first, task.examples), 0.5)

    def factors(self, w, batch):
        return torch.exp(-losses(self.first, batch) / self.tau)


class Curriculum(Technique):
    """Parts of an epoch by rising loss at the first weights; each part has one example here, so nothing is shuffled.
    Hacohen and Weinshall 2019, arXiv:1904.03626.
    """

    def __init__(self, recipe):
        self.parts = round(recipe["parts"])
        self.first = None

    def begin(self, task, p, at):
        if self.first is None:
            self.first = at.seen(p)

    def order(self, task, size):
        if self.parts != len(task.examples):
            raise ValueError(f"{self.parts} parts are not the {len(task.examples)} examples of the task")
        return torch.argsort(losses(self.first, task.examples)).split(size)
