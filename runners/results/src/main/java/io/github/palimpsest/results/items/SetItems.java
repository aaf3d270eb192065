package io.github.palimpsest.results.items;

import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The items of an evaluation set, in the order in which results keep their outcomes. A run writes
 * them once; they follow from the data alone.
 *
 * @param set the name of a task or evaluation set
 * @param items the items that are scored
 */
public record SetItems(String set, List<Item> items) {
  /** Requires a name, and copies the list. */
  public SetItems {
    if (set == null) {
      throw new IllegalArgumentException("'set' is missing");
    }
    items = items == null ? List.of() : List.copyOf(items);
  }

  /** The files in an output folder. */
  public static List<Path> files(FolderLayout layout) {
    return Folders.contentIfThere(layout.items()).stream()
        .filter(f -> !f.getFileName().toString().startsWith("."))
        .sorted()
        .toList();
  }

  /** All items of an output folder, by set; empty in folders of earlier versions. */
  public static Map<String, SetItems> of(Path folder) {
    Map<String, SetItems> all = new LinkedHashMap<>();
    for (Path file : files(new FolderLayout(folder))) {
      SetItems items = JsonFile.read(file, SetItems.class);
      all.put(items.set(), items);
    }
    return all;
  }

  /** Writes the items, unless the folder has them or there are none. */
  public void writeOnce(FolderLayout layout) {
    Path file = layout.items(set);
    if (items.isEmpty() || Files.exists(file)) {
      return;
    }
    try {
      Files.createDirectories(layout.items());
    } catch (IOException e) {
      throw new OutputException(layout.items(), e);
    }
    JsonFile.writeSealed(file, this);
  }

  /** The item at a place, from 0; empty if there is none. */
  public Optional<Item> at(int place) {
    return place < items.size() ? Optional.of(items.get(place)) : Optional.empty();
  }
}
