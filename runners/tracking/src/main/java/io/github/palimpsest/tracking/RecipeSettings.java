package io.github.palimpsest.tracking;

import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.results.folder.CellHistory;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A cell as a flat list of parameters, the form in which trackers compare runs: {@code seed}, the
 * level of each axis, and every setting of every component, for example {@code sam.rho} and {@code
 * sam.base.lr} for {@code sam(base=adamw)}.
 */
final class RecipeSettings {
  private RecipeSettings() {}

  static SortedMap<String, Value> of(CellHistory.Planned cell) {
    TreeMap<String, Value> all = new TreeMap<>();
    RecipeText recipe = RecipeText.parse(cell.recipe());
    Stream.concat(recipe.sum().stream(), recipe.pipe().stream())
        .forEach(call -> add(call.name(), call, all));
    cell.levels().forEach((axis, level) -> all.put("axis." + axis, new Value.Text(level)));
    all.put("seed", new Value.Num(cell.seed()));
    return all;
  }

  private static void add(String name, Value.Call call, SortedMap<String, Value> into) {
    call.arguments()
        .forEach(
            (key, value) -> {
              into.put(name + "." + key, value instanceof Value.Call c ? word(c) : value);
              if (value instanceof Value.Call c) {
                add(name + "." + key, c, into);
              }
            });
  }

  private static Value word(Value.Call call) {
    return new Value.Text(call.name());
  }

  /** A parameter as text, without the quotes of recipes. */
  static String text(Value value) {
    return value instanceof Value.Text t ? t.value() : value.toString();
  }
}
