"""Ten steps of optimizers on the classifier: optimizers/src/test/resources/papers/trajectories.json."""
import dataclasses

import torch

import adaptive
import goldens
import sharpness
import transforms
from problem import Base, Examples

PATH = goldens.path("optimizers", "trajectories.json")
STEPS = {
    "muon": adaptive.muon,
    "adafactor": adaptive.adafactor,
    "shampoo": adaptive.shampoo,
    "galore": adaptive.galore,
    "mofo": adaptive.mofo,
    "sophia-g": adaptive.sophia_g,
    "lookahead": transforms.lookahead,
    "ema": transforms.ema,
    "sfa": transforms.sfa,
    "finch": transforms.finch,
    "weight-decay": transforms.weight_decay,
    "clip-norm": transforms.clip_norm,
    "clip-value": transforms.clip_value,
    "half-fine-tuning": transforms.half_fine_tuning,
}
SHARPNESS = {
    "c-flat": sharpness.c_flat,
    "esam": sharpness.esam,
    "fisher-sam": sharpness.fisher_sam,
    "ssam": sharpness.ssam,
    "zsharp": sharpness.zsharp,
    "le-sam": sharpness.le_sam,
    "ae-sam": sharpness.ae_sam,
    "momentum-sam": sharpness.momentum_sam,
    "sam-on": sharpness.sam_on,
    "functional-sam": sharpness.functional_sam,
    "sparse": sharpness.sparse,
    "random-perturbation": sharpness.random_perturbation,
}


@dataclasses.dataclass(frozen=True)
class Problem:
    """The first weights, and the examples of each step."""
    start: dict
    batches: list


def problem(inputs):
    y = torch.tensor(inputs["y"])
    examples = Examples(goldens.tensor(inputs["x"]), y, torch.ones(len(y), dtype=torch.float64))
    return Problem(goldens.tensors(inputs["w0"]), [examples[rows] for rows in inputs["batches"]])


def descent(of, base, descended):
    """Steps of a base optimizer with the gradients of a sharpness-aware method."""
    w = of.start
    for t, batch in enumerate(of.batches):
        w = base.step(descended(batch, w, t))
        yield w


def steps(of, trajectory):
    """The weights after each step of one trajectory, with what was drawn for it."""
    [recipe] = goldens.recipe(trajectory["recipe"])
    drawn = [trajectory["drawn"]] if "drawn" in trajectory else []
    if recipe.name in STEPS:
        return STEPS[recipe.name](of, recipe, *drawn)
    inner = recipe["inner"] if recipe.name == "sparse" else recipe
    base = Base(inner["base"], of.start)
    return descent(of, base, SHARPNESS[recipe.name](recipe, of, base, *drawn))


def entries(golden):
    """The weights after the steps that the file shows, for each trajectory."""
    of = problem(golden["inputs"])
    for name, trajectory in golden["trajectories"].items():
        shown = {
            str(t): dict(sorted(w.items()))
            for t, w in enumerate(steps(of, trajectory), start=1) if t in golden["steps_shown"]}
        yield goldens.Entry(("trajectories", name, "params_after_step"), shown)
