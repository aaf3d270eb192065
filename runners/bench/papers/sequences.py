"""Three tasks of the classifier: runners/execution/src/test/resources/papers/sequences.json."""
import dataclasses

import torch

import goldens
import regularizers
import rehearsals
import trained
from problem import B1, B2, W1, W2, Examples, gradient, losses, token_mean
from task_optimizers import TaskOptimizer

PATH = goldens.path("execution", "sequences.json")
TASKS, SIZE, EPOCHS = 3, 8, 2
ADAPTERS = {
    "freeze": trained.freeze,
    "bitfit": trained.bitfit,
    "lora": trained.Lora,
    "dora": trained.Dora,
    "osf": trained.Osf,
    "oft": trained.Oft,
}
TECHNIQUES = {
    "l2-sp": regularizers.L2Sp,
    "ewc": regularizers.Ewc,
    "mas": regularizers.Mas,
    "si": regularizers.SynapticIntelligence,
    "kl": regularizers.Distillation.kl,
    "lwf": regularizers.Distillation.lwf,
    "dft": regularizers.Dft,
    "eaft": regularizers.Eaft,
    "talr": regularizers.Talr,
    "o-lora": regularizers.OrthogonalLora,
    "balancedness": regularizers.Balancedness,
    "flow": rehearsals.Flow,
    "replay": rehearsals.Replay,
    "pseudo-replay": rehearsals.PseudoReplay,
    "self-replay": rehearsals.SelfReplay,
    "der": rehearsals.DarkExperience,
    "der-pp": rehearsals.DarkExperience,
    "a-gem": rehearsals.AveragedGem,
    "gem": rehearsals.Gem,
    "mir": rehearsals.Interference,
    "curriculum": rehearsals.Curriculum,
}


@dataclasses.dataclass(frozen=True)
class Task:
    index: int
    examples: Examples


@dataclasses.dataclass(frozen=True)
class Problem:
    """The first weights, the tasks, and the examples of the corpus."""
    start: dict
    tasks: list
    corpus: Examples


def problem(inputs):
    examples = Examples(goldens.tensor(inputs["x"]), torch.tensor(inputs["y"]), goldens.tensor(inputs["tokens"]))
    tasks = [Task(k, examples[list(range(SIZE * k, SIZE * (k + 1)))]) for k in range(TASKS)]
    return Problem(goldens.tensors(inputs["w0"]), tasks, examples[inputs["corpus"]])


class Objective:
    """The loss of a step: the data loss, weighted token by token, and the penalties."""

    def __init__(self, examples, techniques, adapter):
        self.examples, self.techniques, self.adapter = examples, techniques, adapter

    def at(self, w):
        """The data loss at weights."""
        values = losses(w, self.examples)
        for technique in self.techniques:
            factors = technique.factors(w, self.examples)
            if factors is not None:
                values = factors.detach() * values
        return token_mean(values, self.examples)

    def data(self, p):
        return self.at(self.adapter.seen(p))

    def __call__(self, p):
        return self.data(p) + sum(t.penalty(p, self.examples, self.adapter) for t in self.techniques)


def technique(call, of, sequence):
    """A component of a recipe, with what it needs of the problem."""
    if call.name == "corpus-replay":
        return rehearsals.CorpusReplay(call, of.corpus)
    if call.name == "clora":
        return regularizers.ControlledLora(call, *directions(call, of, sequence.get("drawn")))
    return TECHNIQUES[call.name](call)


def directions(call, of, drawn):
    """P_A and P_B of clora; those of all directions are any orthogonal matrices."""
    shape = of.start[W1].shape
    if drawn is None and call["k"] < max(shape):
        raise ValueError(f"k={call['k']:g} is below the {max(shape)} dimensions of the longer side")
    return [torch.eye(n).double() if drawn is None else goldens.tensor(drawn[p]) for p, n in zip(("P_A", "P_B"), shape)]


def parts(sequence, of):
    """Optimizer, adapter and techniques of a recipe."""
    first, *others = goldens.recipe(sequence["recipe"])
    adapter = trained.masked(first, of.start) if first.name == "masked" else trained.Some(list(of.start))
    techniques = []
    for call in others:
        if call.name in ADAPTERS:
            adapter = ADAPTERS[call.name](call, of.start)
        else:
            techniques.append(technique(call, of, sequence))
    steps = EPOCHS * SIZE // sequence["batch"]
    return TaskOptimizer(first, steps, sequence.get("drawn")), adapter, techniques


def batches(task, size, techniques):
    """Rows of an epoch, in the task's order unless a technique has another."""
    for t in techniques:
        rows = t.order(task, size)
        if rows is not None:
            return rows
    return torch.arange(len(task.examples)).split(size)


def after(of, sequence):
    """The weights after each task."""
    optimizer, adapter, techniques = parts(sequence, of)
    p = adapter.start(of.start)
    for task in of.tasks:
        optimizer.begin(task, p)
        for t in techniques:
            t.begin(task, p, adapter)
        for _ in range(EPOCHS):
            for rows in batches(task, sequence["batch"], techniques):
                p = step(task.examples[rows], p, optimizer, adapter, techniques)
        for t in techniques:
            t.finish(task, p, adapter)
        yield adapter.seen(p)
        p = adapter.next(p)


def step(batch, p, optimizer, adapter, techniques):
    """The trained values after one step."""
    more = [t.added(batch, p, adapter) for t in techniques]
    examples = sum((kept for kept in more if kept is not None), batch)
    objective = Objective(examples, techniques, adapter)
    g = optimizer.gradient(objective, p, adapter)
    for t in techniques:
        g = t.constrained(g, p, adapter)
    moved = optimizer.step(g)
    of_data = gradient(objective.data, p)
    for t in techniques:
        t.moved(p, moved, of_data)
    return moved


def entries(golden):
    """The weights that the file shows after each task, for each sequence."""
    of = problem(golden["inputs"])
    for name, sequence in golden["sequences"].items():
        shown = {str(k): {n: w[n] for n in shown_names(sequence)} for k, w in enumerate(after(of, sequence))}
        yield goldens.Entry(("sequences", name, "after"), shown)


def shown_names(sequence):
    """All weights; under an adapter of fc1.weight that alone, because all others stay."""
    adapted = any(call.name in ("lora", "dora", "osf", "oft") for call in goldens.recipe(sequence["recipe"]))
    return [W1] if adapted else [B1, W1, B2, W2]
