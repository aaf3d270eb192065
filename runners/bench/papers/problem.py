"""The classifier of the goldens in float64, with the arithmetic of weights: dictionaries of tensors by name.

    h = tanh(x W1 + b1),  z = h W2 + b2,  loss = sum of tokens_i (-log softmax(z_i)[y_i]) / sum of tokens_i

over the examples i of a batch.
"""
import dataclasses
import math

import torch

W1, B1, W2, B2 = "fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"
MATRICES = (W1, W2)


@dataclasses.dataclass(frozen=True)
class Examples:
    """Examples with their features, classes and numbers of target tokens."""
    x: torch.Tensor
    y: torch.Tensor
    tokens: torch.Tensor

    def __len__(self):
        return len(self.y)

    def __getitem__(self, rows):
        return Examples(self.x[rows], self.y[rows], self.tokens[rows])

    def __add__(self, other):
        return Examples(torch.cat([self.x, other.x]), torch.cat([self.y, other.y]), torch.cat([self.tokens, other.tokens]))

    def repeated(self, times):
        return Examples(self.x.repeat(times, 1), self.y.repeat(times), self.tokens.repeat(times))

    def relabelled(self, y):
        return Examples(self.x, y, self.tokens)


def logits(w, x):
    h = torch.tanh(x @ w[W1] + w[B1])
    return h @ w[W2] + w[B2]


def losses(w, examples):
    """-log p of each example's class."""
    return torch.nn.functional.cross_entropy(logits(w, examples.x), examples.y, reduction="none")


def token_mean(values, examples):
    """The mean over target tokens of one number for each example."""
    return (examples.tokens * values).sum() / examples.tokens.sum()


def mean_loss(w, examples):
    return token_mean(losses(w, examples), examples)


def gradient(function, w):
    """The gradient of a number with respect to weights."""
    at = {name: value.detach().clone().requires_grad_() for name, value in w.items()}
    slopes = torch.autograd.grad(function(at), list(at.values()), allow_unused=True, materialize_grads=True)
    return dict(zip(at, slopes))


def plus(w, factor, e):
    """w + factor e; a factor is one number, or one for each tensor."""
    return {name: value + (factor[name] if isinstance(factor, dict) else factor) * e[name] for name, value in w.items()}


def minus(w, other):
    return plus(w, -1, other)


def times(factor, g):
    return {name: factor * value for name, value in g.items()}


def each(function, *weights):
    """A function of tensors for each name."""
    return {name: function(*(w[name] for w in weights)) for name in weights[0]}


def dot(g, other):
    return sum((value * other[name]).sum() for name, value in g.items())


def norm(g):
    """The norm over all tensors together."""
    return dot(g, g).sqrt()


def column_noise(w, z, recipe, t, steps):
    """e_ij = s_t |w_j| / sqrt(n) z_ij for the column j of a matrix, of n elements, with drawn standard normal z;
    s_t = rho (1 - cos(pi t / T)) / 2. Li et al. 2024, arXiv:2409.14396.
    """
    size = recipe["rho"] * (1 - math.cos(math.pi * t / steps)) / 2
    return size * w.norm(dim=0) / math.sqrt(w.shape[0]) * z


class Base:
    """An optimizer of torch.optim that is given gradients: sgd or adam, by its recipe."""

    def __init__(self, recipe, w):
        self.parameters = {name: torch.nn.Parameter(value.clone()) for name, value in w.items()}
        values = list(self.parameters.values())
        if recipe.name == "sgd":
            self.optimizer = torch.optim.SGD(values, lr=recipe["lr"], momentum=recipe.get("momentum", 0))
        elif recipe.name == "adam":
            self.optimizer = torch.optim.Adam(values, lr=recipe["lr"])
        else:
            raise ValueError(f"'{recipe.name}' is not sgd or adam")

    @property
    def weights(self):
        return {name: parameter.detach().clone() for name, parameter in self.parameters.items()}

    @weights.setter
    def weights(self, w):
        with torch.no_grad():
            for name, parameter in self.parameters.items():
                parameter.copy_(w[name])

    def step(self, g):
        """Makes one step, and returns the weights after it."""
        for name, parameter in self.parameters.items():
            parameter.grad = g[name].detach().clone()
        self.optimizer.step()
        return self.weights

    def kept(self, key):
        """Something of the optimizer's state, 0 before the first step."""
        state = self.optimizer.state
        return each(lambda p: state[p][key].clone() if p in state else torch.zeros_like(p.data), self.parameters)
