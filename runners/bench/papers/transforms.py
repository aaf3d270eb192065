"""Changes to the gradients, updates and weights of a base optimizer: each yields the weights after each of its steps."""
import torch

from adaptive import gradients
from problem import MATRICES, Base, each, gradient, mean_loss, minus, plus


def lookahead(problem, recipe):
    """After every k steps slow = slow + alpha (fast - slow), fast = slow; the momentum stays. Zhang et al. 2019,
    arXiv:1907.08610.
    """
    base = Base(recipe["base"], problem.start)
    slow = problem.start
    for t, g in enumerate(gradients(problem, lambda: base.weights), start=1):
        fast = base.step(g)
        if t % int(recipe["k"]) == 0:
            slow = plus(slow, recipe["alpha"], minus(fast, slow))
            base.weights = slow
        yield base.weights


def ema(problem, recipe):
    """a = decay a + (1 - decay) w from the first weights; the last step ends at a. Polyak and Juditsky 1992."""
    decay = recipe["decay"]
    base = Base(recipe["base"], problem.start)
    average = problem.start
    for t, g in enumerate(gradients(problem, lambda: base.weights), start=1):
        w = base.step(g)
        average = each(lambda a, value: decay * a + (1 - decay) * value, average, w)
        yield average if t == len(problem.batches) else w


def sfa(problem, recipe):
    """w = (1 - beta) w + beta w_0 after every p T steps and after the last. Kleiman et al. 2025, arXiv:2501.05559."""
    beta, steps = recipe["beta"], len(problem.batches)
    period = round(recipe["period"] * steps)
    base = Base(recipe["base"], problem.start)
    for t, g in enumerate(gradients(problem, lambda: base.weights), start=1):
        w = base.step(g)
        if t % period == 0 or t == steps:
            base.weights = plus(w, beta, minus(problem.start, w))
        yield base.weights


def finch(problem, recipe):
    """w = w - lr min(most, sqrt(reference / loss)) g; this project's form of Prashant et al. 2026, arXiv:2605.20005."""
    w = problem.start
    for batch in problem.batches:
        factor = min(recipe["most"], (recipe["reference"] / mean_loss(w, batch)).sqrt())
        g = gradient(lambda at: mean_loss(at, batch), w)
        w = plus(w, -recipe["base"]["lr"] * factor, g)
        yield w


def weight_decay(problem, recipe):
    """On matrices: w = w + u(g) - rate w, or the base is given g + rate w with form=l2, which torch.optim.Adam calls
    weight_decay. Loshchilov and Hutter 2019, arXiv:1711.05101.
    """
    rate, l2 = recipe["rate"], recipe.get("form", "decoupled") == "l2"
    base = Base(recipe["base"], problem.start)
    if l2:
        matrices = [base.parameters[n] for n in MATRICES]
        vectors = [p for n, p in base.parameters.items() if n not in MATRICES]
        groups = [{"params": matrices, "weight_decay": rate}, {"params": vectors}]
        base.optimizer = torch.optim.Adam(groups, lr=recipe["base"]["lr"])
    for g in gradients(problem, lambda: base.weights):
        before = base.weights
        after = base.step(g)
        if not l2:
            after = {n: v - rate * before[n] if n in MATRICES else v for n, v in after.items()}
            base.weights = after
        yield after


def clipped(problem, recipe, clip):
    base = Base(recipe["base"], problem.start)
    for g in gradients(problem, lambda: base.weights):
        holders = {n: torch.nn.Parameter(torch.zeros_like(v)) for n, v in g.items()}
        for n, holder in holders.items():
            holder.grad = g[n]
        clip(list(holders.values()))
        yield base.step({n: holder.grad for n, holder in holders.items()})


def clip_norm(problem, recipe):
    """g max / |g| where |g| is larger, over all tensors, by torch.nn.utils.clip_grad_norm_, which adds 1e-6 to the norm.
    Pascanu, Mikolov and Bengio 2013, arXiv:1211.5063.
    """
    return clipped(problem, recipe, lambda holders: torch.nn.utils.clip_grad_norm_(holders, recipe["max"]))


def clip_value(problem, recipe):
    """Each element cut to [-max, max], by torch.nn.utils.clip_grad_value_."""
    return clipped(problem, recipe, lambda holders: torch.nn.utils.clip_grad_value_(holders, recipe["max"]))


def half_fine_tuning(problem, recipe, moving):
    """The parameters that were drawn to move take the whole update of the base, the others stay. Hui et al. 2024,
    arXiv:2404.18466.
    """
    base = Base(recipe["base"], problem.start)
    for g in gradients(problem, lambda: base.weights):
        before = base.weights
        after = base.step(g)
        base.weights = {n: after[n] if n in moving else before[n] for n in after}
        yield base.weights
