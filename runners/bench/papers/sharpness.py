"""Sharpness-aware methods: each gives, for the weights at hand, the gradient that its base optimizer descends with.

A method is made from its recipe, the problem and the base; the function that it returns takes the batch, the weights and
the number of the step from 0.
"""
import math

import torch

import goldens
from problem import B1, column_noise, dot, each, gradient, logits, losses, mean_loss, minus, norm, plus, times, token_mean


def slope(batch, w):
    return gradient(lambda at: mean_loss(at, batch), w)


def sam(recipe, problem, base):
    """grad(w + e), e = rho g / |g|. Foret et al. 2021, arXiv:2010.01412."""
    def descended(batch, w, t):
        g = slope(batch, w)
        return slope(batch, plus(w, recipe["rho"] / norm(g), g))
    return descended


def c_flat(recipe, problem, base):
    """g0 = grad(w), g1 = grad(w + rho g0 / |g0|), e1 = rho (g1 - g0) / |g1 - g0|,
    g2 = grad(w + e1), g3 = grad(w + e1 + rho g2 / |g2|); g1 + lambda (g3 - g2). Bian et al. 2024, arXiv:2404.00986.
    """
    rho = recipe["rho"]

    def descended(batch, w, t):
        g0 = slope(batch, w)
        g1 = slope(batch, plus(w, rho / norm(g0), g0))
        change = minus(g1, g0)
        top = plus(w, rho / norm(change), change)
        g2 = slope(batch, top)
        g3 = slope(batch, plus(top, rho / norm(g2), g2))
        return plus(g1, recipe["lambda"], minus(g3, g2))
    return descended


def esam(recipe, problem, base, drawn=None):
    """e = rho / beta m g / |g|, m_i = 1 where drawn with chance beta, else 0; the gradient at w + e of the mean loss of the
    share gamma of the examples whose loss rises most. Du et al. 2022, arXiv:2110.03141.
    """
    beta = recipe["beta"]
    if drawn is None and beta != 1:
        raise ValueError(f"nothing is drawn for beta={beta:g}")

    def descended(batch, w, t):
        g = slope(batch, w)
        m = each(torch.ones_like, w) if drawn is None else goldens.tensors(drawn[str(t)], w)
        top = plus(w, recipe["rho"] / beta / norm(g), each(torch.mul, m, g))
        rise = losses(top, batch) - losses(w, batch)
        chosen = torch.topk(rise, round(recipe["gamma"] * len(batch))).indices
        return slope(batch[chosen], top)
    return descended


def fisher_sam(recipe, problem, base):
    """F = 1 + eta g^2, e = rho F^-1 g / sqrt(g^T F^-1 g); grad(w + e). Kim et al. 2022, arXiv:2206.04920."""
    def descended(batch, w, t):
        g = slope(batch, w)
        natural = each(lambda v: v / (1 + recipe["eta"] * v**2), g)
        return slope(batch, plus(w, recipe["rho"] / dot(g, natural).sqrt(), natural))
    return descended


def ssam(recipe, problem, base):
    """p = grad(w + rho g / |g|); |g| / |p| p. Tan et al. 2024, arXiv:2401.07250."""
    def descended(batch, w, t):
        g = slope(batch, w)
        p = slope(batch, plus(w, recipe["rho"] / norm(g), g))
        return times(norm(g) / norm(p), p)
    return descended


def zsharp(recipe, problem, base):
    """z = (g - mean) / std in each tensor, f = g where |z| >= the quantile of its |z|, else 0; grad(w + rho f / |f|),
    |f| over all tensors or over each. Yun 2025, arXiv:2505.02369.
    """
    rho, of_each = recipe["rho"], recipe.get("norm", "global") == "tensor"

    def filtered(g):
        z = ((g - g.mean()) / g.std()).abs()
        return torch.where(z >= torch.quantile(z, recipe["quantile"]), g, 0)

    def descended(batch, w, t):
        f = each(filtered, slope(batch, w))
        length = each(lambda v: rho / v.norm(), f) if of_each else rho / norm(f)
        return slope(batch, plus(w, length, f))
    return descended


def le_sam(recipe, problem, base):
    """rho_t = min(sigma (1 + cos(pi t / T)) / 2 / |g|, max-rho); grad(w + rho_t g / |g|). Wang et al. 2026,
    arXiv:2605.10183.
    """
    steps = len(problem.batches)

    def descended(batch, w, t):
        g = slope(batch, w)
        sigma = recipe["sigma"] * (1 + math.cos(math.pi * t / steps)) / 2
        rho = min(sigma / norm(g), recipe["max-rho"])
        return slope(batch, plus(w, rho / norm(g), g))
    return descended


def ae_sam(recipe, problem, base):
    """n = |g|^2, mu = delta mu + (1 - delta) n, v = delta v + (1 - delta) (n - mu)^2; the gradient of SAM where
    n >= mu + c_t sqrt(v), else g; c_t = t/T end + (1 - t/T) start. Jiang et al. 2023, arXiv:2304.14647.
    """
    delta, steps = recipe["delta"], len(problem.batches)
    mu, v = 0.0, 0.0

    def descended(batch, w, t):
        nonlocal mu, v
        g = slope(batch, w)
        n = dot(g, g)
        mu = delta * mu + (1 - delta) * n
        v = delta * v + (1 - delta) * (n - mu) ** 2
        threshold = t / steps * recipe["end"] + (1 - t / steps) * recipe["start"]
        if n < mu + threshold * v.sqrt():
            return g
        return slope(batch, plus(w, recipe["rho"] / norm(g), g))
    return descended


def momentum_sam(recipe, problem, base):
    """p = grad(w - rho v / |v|), then v = momentum v + p; no ascent at v = 0. Becker et al. 2024, arXiv:2401.12033."""
    v = None

    def descended(batch, w, t):
        nonlocal v
        if v is None:
            v = p = slope(batch, w)
        else:
            p = slope(batch, plus(w, -recipe["rho"] / norm(v), v))
            v = plus(p, recipe["momentum"], v)
        return p
    return descended


def sam_on(recipe, problem, base):
    """e = rho T^2 g / |T g| on normalisations alone, here fc1.bias; T = 1, or |w| with adaptive. Mueller et al. 2023,
    arXiv:2306.04226.
    """
    def descended(batch, w, t):
        g = slope(batch, w)[B1]
        scale = w[B1].abs() if recipe.get("adaptive", False) else 1
        e = recipe["rho"] * scale**2 * g / (scale * g).norm()
        return slope(batch, w | {B1: w[B1] + e})
    return descended


def functional_sam(recipe, problem, base):
    """e = rho M^-1 g / |M^-1 g| with M = 1, or sqrt(v) + eps of Adam before the step; c = dL/dz at z(w), constant; the
    gradient of <z(w + e), c>. Singh et al. 2025, arXiv:2502.02407.
    """
    def descended(batch, w, t):
        direction = slope(batch, w)
        if recipe.get("precondition", False):
            direction = each(lambda g, v: g / (v.sqrt() + 1e-8), direction, base.kept("exp_avg_sq"))
        z = logits(w, batch.x).requires_grad_()
        loss = token_mean(torch.nn.functional.cross_entropy(z, batch.y, reduction="none"), batch)
        [c] = torch.autograd.grad(loss, z)
        top = plus(w, recipe["rho"] / norm(direction), direction)
        return gradient(lambda at: (logits(at, batch.x) * c).sum(), top)
    return descended


def sparse(recipe, problem, base):
    """Its method at the steps t that k divides, from T <= t < until T, and plain gradients at the others."""
    inner = recipe["inner"]
    if inner.name != "sam":
        raise ValueError(f"'{inner.name}' is not sam")
    act = sam(inner, problem, base)
    k, steps = int(recipe["k"]), len(problem.batches)

    def descended(batch, w, t):
        acts = t % k == 0 and recipe["from"] * steps <= t < recipe["until"] * steps
        return act(batch, w, t) if acts else slope(batch, w)
    return descended


def random_perturbation(recipe, problem, base, noise):
    """grad(w + e) with noise e as large as the columns of the matrices; s_0 = 0. Li et al. 2024, arXiv:2409.14396."""
    def descended(batch, w, t):
        if t == 0:
            return slope(batch, w)
        z = goldens.tensors(noise[str(t)], w)
        e = {name: column_noise(w[name], z[name], recipe, t, len(problem.batches)) for name in z}
        return slope(batch, w | {name: w[name] + e[name] for name in e})
    return descended
