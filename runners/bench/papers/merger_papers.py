"""Mergers on larger tensors: runners/engine/src/test/resources/golden/mergers/papers.json, which has all digits."""
import math

import numpy
import scipy
import torch

import goldens

PATH = goldens.path("engine", "mergers/papers.json")
LEAST = 1024
ROUNDING = 1e-9


def kept(share, size):
    """The number of entries, rounded up; 0.3 of 10 are 3."""
    return math.ceil(share * size - ROUNDING)


def largest(values, share):
    """Which entries are among a share of the largest."""
    limit = torch.topk(values.reshape(-1), kept(share, values.numel())).values[-1]
    return values >= limit


def ties(base, models, share, factor, of_each_tensor):
    """tau_t = w_t - w0 with its share of largest entries, over all parameters or tensor by tensor; s = the sign of the sum;
    w0 + lambda times the mean of those tau_t that are not 0 and have the sign s. Yadav et al. 2023, arXiv:2306.01708.
    """
    trimmed = []
    for w in models:
        tau = {n: w[n] - base[n] for n in base}
        if of_each_tensor:
            masks = {n: largest(v.abs(), share) for n, v in tau.items()}
        else:
            everything = torch.cat([v.abs().reshape(-1) for v in tau.values()])
            limit = torch.topk(everything, kept(share, everything.numel())).values[-1]
            masks = {n: v.abs() >= limit for n, v in tau.items()}
        trimmed.append({n: torch.where(masks[n], v, 0) for n, v in tau.items()})
    merged = {}
    for n, w0 in base.items():
        tau = torch.stack([t[n] for t in trimmed])
        sign = tau.sum(dim=0).sign()
        agrees = (tau.sign() == sign) & (tau != 0)
        mean = (tau * agrees).sum(dim=0) / agrees.sum(dim=0).clamp(min=1)
        merged[n] = w0 + factor * mean
    return merged


def median_of_noise(b):
    """The median of the Marchenko-Pastur distribution of matrices whose sides have the ratio b, of singular values squared:
    the density sqrt((high - x) (x - low)) / (2 pi b x) between (1 - sqrt(b))^2 and (1 + sqrt(b))^2. With
    x = (1 - sqrt(b))^2 + 4 sqrt(b) sin(a/2)^2 the root is 2 sqrt(b) sin(a), and so is dx/da.
    """
    def x(a):
        return (1 - math.sqrt(b)) ** 2 + 4 * math.sqrt(b) * math.sin(a / 2) ** 2

    def below(angle):
        mass, _ = scipy.integrate.quad(
            lambda a: (2 * math.sqrt(b) * math.sin(a)) ** 2 / (2 * math.pi * b * x(a)), 0, angle, epsabs=1e-13, epsrel=1e-13)
        return mass
    return x(scipy.optimize.brentq(lambda angle: below(angle) - 0.5, 1e-6, math.pi, xtol=1e-15, rtol=1e-15))


def threshold(b):
    """omega(b) / sqrt(median), omega(b)^2 = 2 (b + 1) + 8 b / (b + 1 + sqrt(b^2 + 14 b + 1)). Gavish and Donoho 2014,
    arXiv:1305.5870.
    """
    omega = math.sqrt(2 * (b + 1) + 8 * b / (b + 1 + math.sqrt(b**2 + 14 * b + 1)))
    return omega / math.sqrt(median_of_noise(b))


def dg_hard(base, model):
    """w0 plus those singular triples of w - w0 whose value is above the threshold times the median value; vectors and
    tensors of fewer than 1024 elements stay as they are after training. arXiv:2605.20296.
    """
    merged = {}
    for n, w in model.items():
        if w.dim() != 2 or w.numel() < LEAST:
            merged[n] = w
            continue
        u, s, vh = torch.linalg.svd(w - base[n], full_matrices=False)
        limit = threshold(min(w.shape) / max(w.shape)) * float(numpy.median(s.numpy()))
        merged[n] = base[n] + u @ torch.diag(torch.where(s > limit, s, 0)) @ vh
    return merged


def fapm(base, model, share):
    """D = w - w0, S = |D| - mean|w0| |D| / |w0|; the change of a share of each tensor, that with the largest S.
    arXiv:2509.08255.
    """
    merged = {}
    for n, w0 in base.items():
        change = model[n] - w0
        score = change.abs() - w0.abs().mean() * change.abs() / w0.abs()
        merged[n] = torch.where(largest(score, share), model[n], w0)
    return merged


def entries(golden):
    """The factors of the median, and what each merger gives."""
    hyper, inputs = golden["hyper"], golden["inputs"]
    base = goldens.tensors(inputs["pretrained"])
    models = [goldens.tensors(w) for w in inputs["after_task"]]

    def entry(values, *path):
        return goldens.Entry(path, values, goldens.EVERY_DIGIT)

    factors = {b: threshold(float(b)) for b in hyper["omega_over_root_of_median"]}
    yield entry(factors, "hyper", "omega_over_root_of_median")
    for name, of_each_tensor in (("ties_global", False), ("ties_tensor", True)):
        yield entry(ties(base, models, hyper["keep"], hyper["lambda"], of_each_tensor), "expected", name)
    yield entry(dg_hard(base, goldens.tensors(inputs["strong"])), "expected", "dg_hard_of_strong")
    yield entry(fapm(base, models[2], hyper["fapm_share"]), "expected", "fapm_of_task_3")
