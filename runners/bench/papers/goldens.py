"""Golden files: their tensors and recipes, the comparison with computed numbers, and writing these in their place.

An entry is what one method gives: the keys that lead to it in the file, and tensors, numbers or dictionaries of them, as
the file has them. A tensor in the file is a list, or an object with its list under "data".
"""
import dataclasses
import json
import math
import pathlib
import re

import torch

ROOT = pathlib.Path(__file__).resolve().parents[3]
FOLDERS = {
    "optimizers": "optimizers/src/test/resources/papers",
    "execution": "runners/execution/src/test/resources/papers",
    "lora": "strategies/lora/src/test/resources/papers",
    "sharpness": "strategies/sharpness/src/test/resources/papers",
    "wise-ft": "strategies/wise-ft/src/test/resources/papers",
    "engine": "runners/engine/src/test/resources/golden",
    "llm": "runners/llm/src/test/resources/papers",
}
WORDS = ("trajectories", "sequences", "params_after_step", "after", "expected", "hyper")
EVERY_DIGIT = 17
ROUNDING = 1e-12


@dataclasses.dataclass(frozen=True)
class Entry:
    """What one method gives, where the file has it, and with how many digits."""
    path: tuple
    values: object
    digits: int = 9


@dataclasses.dataclass(frozen=True)
class Call:
    """A component of a recipe: ewc(lambda=2)."""
    name: str
    settings: dict

    def __getitem__(self, key):
        return self.settings[key]

    def get(self, key, default):
        return self.settings.get(key, default)


def path(module, name):
    return ROOT / FOLDERS[module] / name


def tensor(node, like=None):
    """A tensor of a golden file, in float64; a list has the shape of another tensor, if there is one."""
    if isinstance(node, list):
        plain = torch.tensor(node, dtype=torch.float64)
        return plain if like is None else plain.reshape(like.shape)
    return torch.tensor(node["data"], dtype=torch.float64).reshape(node["shape"])


def tensors(nodes, like=None):
    return {name: tensor(node, like and like[name]) for name, node in nodes.items()}


def floats(nodes):
    """Tensors whose numbers are the nine digits of float32, which has fewer values than these."""
    return {name: tensor(node).float().double() for name, node in nodes.items()}


def recipe(text):
    """The components of a recipe, which are joined by +; numbers are floats, other words are strings."""
    tokens = re.findall(r'"[^"]*"|[^\s=,()+"]+|[=,()+]', text)
    calls = [_call(tokens)]
    while tokens:
        _expect(tokens, "+")
        calls.append(_call(tokens))
    return calls


def _call(tokens):
    name = tokens.pop(0)
    settings = {}
    if tokens and tokens[0] == "(":
        while tokens[0] in "(,":
            tokens.pop(0)
            key = tokens.pop(0)
            _expect(tokens, "=")
            settings[key] = _value(tokens)
        _expect(tokens, ")")
    return Call(name, settings)


def _value(tokens):
    if len(tokens) > 1 and tokens[1] == "(":
        return _call(tokens)
    word = tokens.pop(0)
    if word.startswith('"'):
        return word[1:-1]
    if word in ("true", "false"):
        return word == "true"
    try:
        return float(word)
    except ValueError:
        return word


def _expect(tokens, token):
    found = tokens.pop(0)
    if found != token:
        raise ValueError(f"'{found}' where '{token}' is expected")


def allowed(number, digits):
    """Half a unit of the last printed digit of a committed number, and the rounding of a computation in float64."""
    if number == 0:
        return ROUNDING
    unit = 10.0 ** (math.floor(math.log10(abs(number))) - digits + 1)
    return unit / 2 + ROUNDING * max(1, abs(number))


def leaves(values, path=()):
    """The tensors and numbers of an entry as lists, each with its path."""
    if isinstance(values, dict):
        for key, value in values.items():
            yield from leaves(value, path + (key,))
    elif isinstance(values, torch.Tensor):
        yield path, values.detach().double().reshape(-1).tolist()
    else:
        yield path, [float(values)]


def at(node, path):
    """The committed value at a path; None where the file has none yet."""
    for key in path:
        if not isinstance(node, dict) or key not in node:
            return None
        node = node[key]
    return node


def committed(golden, path):
    """The committed numbers at a path, as a list, and the path of that list."""
    node = at(golden, path)
    if isinstance(node, dict) and "data" in node:
        node, path = node["data"], path + ("data",)
    return (node if isinstance(node, list) else [node]), path


def names(node, path=()):
    """The paths of the tensors and numbers of a part of a file."""
    if isinstance(node, dict) and "data" not in node:
        return {name for key, value in node.items() for name in names(value, path + (key,))}
    return {path}


def has_names_of(golden, entry):
    """Whether the file has the tensors and numbers of an entry, and no others."""
    return names(at(golden, entry.path), entry.path) == {path for path, _ in leaves(entry.values, entry.path)}


def difference(golden, entry):
    """The largest difference of an entry, and the largest share of what is allowed; infinite where numbers are missing."""
    if not has_names_of(golden, entry):
        return math.inf, math.inf
    largest, share = 0.0, 0.0
    for path, numbers in leaves(entry.values, entry.path):
        old, _ = committed(golden, path)
        if len(old) != len(numbers):
            return math.inf, math.inf
        for was, number in zip(old, numbers):
            distance = abs(was - number) if math.isfinite(number) else math.inf
            largest = max(largest, distance)
            share = max(share, distance / allowed(was, entry.digits))
    return largest, share


def written(text, golden, entries):
    """The text of a golden file with the numbers of entries in the places of those that differ by more than is allowed."""
    places = _places(text)
    changes = []
    for entry in entries:
        if entry.path not in places:
            raise ValueError(f"the file has nothing at {'/'.join(entry.path)}: put {{}} there")
        if not has_names_of(golden, entry):
            changes.append((places[entry.path], _text(entry.values, len(entry.path), entry.digits)))
        else:
            for path, numbers in leaves(entry.values, entry.path):
                old, place = committed(golden, path)
                if len(old) != len(numbers) or any(abs(a - b) > allowed(a, entry.digits) for a, b in zip(old, numbers)):
                    is_list = isinstance(at(golden, place), list)
                    changes.append((places[place], _numbers(numbers, is_list, entry.digits)))
    for (start, end), new in sorted(changes, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _numbers(numbers, is_list, digits):
    rounded = [float(f"{n:.{digits}g}") for n in numbers]
    return json.dumps(rounded if is_list else rounded[0])


def _text(values, depth, digits):
    """An entry that the file does not have yet: one tensor in a line."""
    if not isinstance(values, dict):
        [(_, numbers)] = leaves(values)
        return _numbers(numbers, isinstance(values, torch.Tensor) and values.dim() > 0, digits)
    inside = " " * (depth + 1)
    lines = [f"{inside}{json.dumps(key)}: {_text(value, depth + 1, digits)}" for key, value in values.items()]
    return "{\n" + ",\n".join(lines) + "\n" + " " * depth + "}"


def _places(text):
    """The first and last place of each value of a JSON text that is not inside of a list, by its path."""
    found = {}
    decode = json.JSONDecoder().raw_decode
    space = re.compile(r"\s*")

    def after_space(place):
        return space.match(text, place).end()

    def walk(place, path):
        start = place
        if text[place] != "{":
            place = decode(text, place)[1]
        else:
            place = after_space(place + 1)
            while text[place] != "}":
                key, place = decode(text, place)
                colon = after_space(place)
                place = after_space(walk(after_space(colon + 1), path + (key,)))
                if text[place] == ",":
                    place = after_space(place + 1)
            place += 1
        found[path] = (start, place)
        return place

    walk(after_space(0), ())
    return found
