"""Optimizers in a sequence of tasks: sgd or adam, which every task begins again, inside of others."""
import goldens
from problem import W1, Base, column_noise, gradient, norm, plus, times


class TaskOptimizer:
    """The optimizer of a recipe, for tasks of some steps; drawn are the normal numbers of flat-lora by task and step."""

    def __init__(self, recipe, steps, drawn):
        self.recipe, self.steps, self.drawn = recipe, steps, drawn

    def begin(self, task, p):
        self.task, self.t = task, 0
        recipe = self.recipe
        if recipe.name == "per-task":
            recipe = recipe["first" if task.index == 0 else "later"]
        self.wrapper = recipe if "base" in recipe.settings else None
        self.base = Base(recipe["base"] if self.wrapper else recipe, p)

    def gradient(self, objective, p, at):
        """The gradient that is descended with, of an objective that is a function of p."""
        name = self.wrapper.name if self.wrapper else "masked"
        if name == "masked":
            return gradient(objective, p)
        if name == "sam":
            return ascended(objective, p, self.wrapper, at)
        if name == "clip-norm":
            g = gradient(objective, p)
            return times(min(1, self.wrapper["max"] / norm(g)), g)
        if name == "flat-lora":
            return self.perturbed(objective, p, at)
        raise ValueError(f"'{name}' is not masked, sam, clip-norm or flat-lora")

    def perturbed(self, objective, p, at):
        """The gradient of A and B where the model sees W' + e; s_0 = 0. Li et al. 2024, arXiv:2409.14396."""
        if self.t == 0:
            return gradient(objective, p)
        w = at.effective(p)
        z = goldens.tensor(self.drawn[str(self.task.index)][str(self.t)], w[W1])
        e = {W1: column_noise(w[W1], z, self.wrapper, self.t, self.steps)}
        return gradient(lambda v: objective.at(at.replaced(plus(at.effective(v), 1, e))), p)

    def step(self, g):
        self.t += 1
        return self.base.step(g)


def ascended(objective, p, recipe, at):
    """grad(w + e), e = rho g / |g|, with space=effective of the weights that an adapter makes. Foret et al. 2021,
    arXiv:2010.01412.
    """
    rho = recipe["rho"]
    if recipe.get("space", "trainable") != "effective":
        g = gradient(objective, p)
        return gradient(objective, plus(p, rho / norm(g), g))
    g = gradient(lambda v: objective.at(at.replaced(v)), at.effective(p))
    return gradient(lambda v: objective.at(at.replaced(plus(at.effective(v), rho / norm(g), g))), p)
