"""Optimizers with a step of their own: each yields the weights after each of its steps."""
import torch

from problem import MATRICES, Base, each, mean_loss, gradient, plus


def gradients(problem, base):
    """The gradients of a plain run, each at the weights that the step before has left."""
    for batch in problem.batches:
        yield gradient(lambda w: mean_loss(w, batch), base())


def muon(problem, recipe):
    """Matrices G in the layout [out, in], momentum mu:

        B = mu B + G,  X = (G + mu B) / |.|,  5 times X = a X + (b A + c A A) X,  A = X X^T
        W = W - lr (sqrt(max(1, rows / columns)) X + weight-decay W)

    everything else by the other optimizer. Jordan et al. 2024, kellerjordan.github.io/posts/muon.
    """
    lr, mu, decay = recipe["lr"], recipe["momentum"], recipe["weight-decay"]
    w = problem.start
    rest = Base(recipe["rest"], {n: v for n, v in w.items() if n not in MATRICES})
    b = {n: torch.zeros_like(w[n].T) for n in MATRICES}
    for g in gradients(problem, lambda: w):
        moved = rest.step(g)
        for n in MATRICES:
            b[n] = mu * b[n] + g[n].T
            x = orthogonalised(g[n].T + mu * b[n])
            rows, columns = x.shape
            moved[n] = w[n] - lr * (max(1, rows / columns) ** 0.5 * x.T + decay * w[n])
        w = moved
        yield w


def orthogonalised(m, iterations=5):
    """Newton-Schulz on the smaller side, with the published coefficients."""
    a, b, c = 3.4445, -4.7750, 2.0315
    tall = m.shape[0] > m.shape[1]
    x = (m.T if tall else m) / m.norm()
    for _ in range(iterations):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.T if tall else x


def adafactor(problem, recipe):
    """The relative step is that of torch.optim.Adafactor; the absolute one is algorithm 4 of the paper:

        R = b R + (1 - b) (G^2 + eps1) 1,  C = b C + (1 - b) 1^T (G^2 + eps1),  b = 1 - t^-decay
        V = R C / (1^T R),  U = G / sqrt(V),  U = U / max(1, rms(U) / clip),  W = W - lr U

    and a vector has its own V. Shazeer and Stern 2018, arXiv:1804.04235.
    """
    if recipe.get("relative", True):
        yield from adafactor_of_torch(problem, recipe)
        return
    lr, decay, clip, eps1 = recipe["lr"], recipe["decay"], recipe["clip"], 1e-30
    w = problem.start
    kept = {}

    def running(key, new, b):
        kept[key] = b * kept.get(key, 0) + (1 - b) * new
        return kept[key]

    for t, g in enumerate(gradients(problem, lambda: w), start=1):
        b = 1 - t ** -decay
        moved = {}
        for n, slope in g.items():
            squares = slope**2 + eps1
            if n in MATRICES:
                r = running((n, "rows"), squares.sum(1), b)
                c = running((n, "columns"), squares.sum(0), b)
                v = torch.outer(r, c) / r.sum()
            else:
                v = running(n, squares, b)
            u = slope / v.sqrt()
            rms = u.pow(2).mean().sqrt()
            moved[n] = w[n] - lr * u / max(1, rms / clip)
        w = moved
        yield w


def adafactor_of_torch(problem, recipe):
    """Its step size min(lr, 1 / sqrt(t)) is lr for the ten steps here."""
    parameters = {n: torch.nn.Parameter(v.clone()) for n, v in problem.start.items()}
    optimizer = torch.optim.Adafactor(parameters.values(), lr=recipe["lr"])
    for g in gradients(problem, lambda: parameters):
        for n, p in parameters.items():
            p.grad = g[n]
        optimizer.step()
        yield each(lambda p: p.detach().clone(), parameters)


def shampoo(problem, recipe):
    """From L = R = eps I and h = eps:

        L = L + G G^T,  R = R + G^T G,  W = W - lr L^(-1/4) G R^(-1/4);  vectors h = h + g^2,  w = w - lr g / sqrt(h)

    with the roots of every K-th step. Gupta, Koren and Singer 2018, arXiv:1802.09568, algorithm 1.
    """
    lr, eps, interval = recipe["lr"], recipe["eps"], int(recipe.get("interval", 1))
    w = problem.start
    left = {n: eps * torch.eye(w[n].shape[0], dtype=torch.float64) for n in MATRICES}
    right = {n: eps * torch.eye(w[n].shape[1], dtype=torch.float64) for n in MATRICES}
    h = each(lambda v: torch.full_like(v, eps), w)
    roots = {}
    for t, g in enumerate(gradients(problem, lambda: w)):
        moved = {}
        for n, slope in g.items():
            if n in MATRICES:
                left[n] = left[n] + slope @ slope.T
                right[n] = right[n] + slope.T @ slope
                if t % interval == 0:
                    roots[n] = fourth_root_inverse(left[n], eps), fourth_root_inverse(right[n], eps)
                moved[n] = w[n] - lr * roots[n][0] @ slope @ roots[n][1]
            else:
                h[n] = h[n] + slope**2
                moved[n] = w[n] - lr * slope / h[n].sqrt()
        w = moved
        yield w


def fourth_root_inverse(matrix, least):
    values, vectors = torch.linalg.eigh(matrix)
    return vectors @ torch.diag(values.clamp(min=least) ** -0.25) @ vectors.T


def galore(problem, recipe):
    """Every T steps G = U S V^T; the shorter side's first r columns are P, each with a positive element of the largest size:

        N = Adam's direction of P^T G, or of G P;  W = W - lr (alpha P N, or alpha N P^T, + weight-decay W)

    with means that stay when P changes; vectors by Adam. Zhao et al. 2024, arXiv:2403.03507, algorithm 2.
    """
    lr, rank, interval = recipe["lr"], int(recipe["rank"]), int(recipe["interval"])
    alpha, decay = recipe["alpha"], recipe["weight-decay"]
    w = problem.start
    direction = AdamDirection()
    p = {}
    for t, g in enumerate(gradients(problem, lambda: w)):
        moved = {}
        for n, slope in g.items():
            if n not in MATRICES:
                moved[n] = w[n] - lr * direction(n, slope, t + 1)
                continue
            wide = slope.shape[0] <= slope.shape[1]
            if t % interval == 0:
                p[n] = main_directions(slope if wide else slope.T, rank)
            if wide:
                step = p[n] @ direction(n, p[n].T @ slope, t + 1)
            else:
                step = direction(n, slope @ p[n], t + 1) @ p[n].T
            moved[n] = w[n] - lr * (alpha * step + decay * w[n])
        w = moved
        yield w


def main_directions(g, rank):
    u = torch.linalg.svd(g, full_matrices=False).U[:, :rank]
    largest = u.abs().argmax(dim=0)
    return u * u[largest, range(rank)].sign()


class AdamDirection:
    """m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + eps). Kingma and Ba 2015, arXiv:1412.6980."""

    def __init__(self, beta1=0.9, beta2=0.999, eps=1e-8):
        self.beta1, self.beta2, self.eps = beta1, beta2, eps
        self.m, self.v = {}, {}

    def __call__(self, name, g, t):
        self.m[name] = self.beta1 * self.m.get(name, 0) + (1 - self.beta1) * g
        self.v[name] = self.beta2 * self.v.get(name, 0) + (1 - self.beta2) * g**2
        m = self.m[name] / (1 - self.beta1**t)
        v = self.v[name] / (1 - self.beta2**t)
        return m / (v.sqrt() + self.eps)


def mofo(problem, recipe):
    """m = beta m + (1 - beta) g; of a matrix of n elements the round(fraction n) with the largest |m| take the base's step,
    and vectors take it as a whole. Chen et al. 2025, arXiv:2407.20999.
    """
    fraction, beta = recipe["fraction"], recipe.get("beta", 0.9)
    base = Base(recipe["base"], problem.start)
    m = each(torch.zeros_like, problem.start)
    for g in gradients(problem, lambda: base.weights):
        m = each(lambda old, slope: beta * old + (1 - beta) * slope, m, g)
        before = base.weights
        after = base.step(g)
        for n in MATRICES:
            size = m[n].numel()
            chosen = torch.topk(m[n].abs().reshape(-1), round(fraction * size)).indices
            mask = torch.zeros(size, dtype=torch.bool)
            mask[chosen] = True
            after[n] = torch.where(mask.reshape(m[n].shape), after[n], before[n])
        base.weights = after
        yield after


def sophia_g(problem, recipe, drawn):
    """With the labels drawn from the model at the steps 0, k, 2k, ...:

        m = beta1 m + (1 - beta1) g,  h = beta2 h + (1 - beta2) B g'^2 at these steps,  g' of the mean loss of B drawn labels
        w = w - lr (clip(m / max(gamma h, eps), 1) + weight-decay w), the decay of matrices alone

    Liu et al. 2023, arXiv:2305.14342, algorithms 2 and 3.
    """
    lr, beta1, beta2, gamma = recipe["lr"], recipe["beta1"], recipe["beta2"], recipe["gamma"]
    k, decay, eps = int(recipe["k"]), recipe["weight-decay"], 1e-12
    w = problem.start
    m = each(torch.zeros_like, w)
    h = each(torch.zeros_like, w)
    for t, batch in enumerate(problem.batches):
        g = gradient(lambda at: mean_loss(at, batch), w)
        m = each(lambda old, slope: beta1 * old + (1 - beta1) * slope, m, g)
        if t % k == 0:
            sampled = batch.relabelled(torch.tensor(drawn[str(t)]))
            estimate = gradient(lambda at: mean_loss(at, sampled), w)
            h = each(lambda old, slope: beta2 * old + (1 - beta2) * len(batch) * slope**2, h, estimate)
        u = each(lambda mean, size: (mean / (gamma * size).clamp(min=eps)).clamp(-1, 1), m, h)
        w = plus(w, -lr, {n: u[n] + (decay * w[n] if n in MATRICES else 0) for n in w})
        yield w
