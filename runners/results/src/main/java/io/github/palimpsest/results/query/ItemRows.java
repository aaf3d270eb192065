package io.github.palimpsest.results.query;

import io.github.palimpsest.results.folder.CellHistory;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.GridPlan;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.items.Flip;
import io.github.palimpsest.results.items.Item;
import io.github.palimpsest.results.items.SetItems;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The rows about items of evaluation sets. */
final class ItemRows {
  private ItemRows() {}

  static void items(Path folder, ResultRows.Sink sink) {
    SetItems.of(folder)
        .forEach(
            (set, items) -> {
              for (int i = 0; i < items.items().size(); i++) {
                Item item = items.items().get(i);
                sink.row(
                    set,
                    (long) i,
                    item.id(),
                    item.origin(),
                    item.text(),
                    item.choices().isEmpty() ? null : Json.tree(item.choices()).toString(),
                    item.right().orElse(null));
              }
            });
  }

  static void flips(
      CellResult result, GridPlan plan, Map<String, SetItems> items, ResultRows.Sink sink) {
    String label =
        plan.cells().stream()
            .filter(cell -> cell.id().equals(result.id()))
            .map(CellHistory.Planned::label)
            .findFirst()
            .orElse(result.label());
    for (Flip.OfSet set : Flip.of(result, plan::scale)) {
      for (Flip flip : set.flips()) {
        Optional<Item> item =
            Optional.ofNullable(items.get(flip.set())).flatMap(all -> all.at(flip.place()));
        sink.row(
            flip.cell(),
            label,
            flip.seed(),
            flip.set(),
            (long) flip.place(),
            item.map(Item::id).orElse(null),
            item.flatMap(i -> i.choice(flip.before())).orElse(null),
            item.flatMap(i -> i.choice(flip.after())).orElse(null),
            flip.change());
      }
    }
  }
}
