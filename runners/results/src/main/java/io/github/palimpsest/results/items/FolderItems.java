package io.github.palimpsest.results.items;

import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.storage.DamagedFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The items of an output folder, for readers who can do without some of them.
 *
 * @param bySet the items of each set whose file is intact; empty in folders of earlier versions
 * @param damaged a sentence for each damaged file, which names it
 */
public record FolderItems(Map<String, SetItems> bySet, List<String> damaged) {
  /** Copies the map in its order, and the list. */
  public FolderItems {
    bySet = Collections.unmodifiableMap(new LinkedHashMap<>(bySet));
    damaged = List.copyOf(damaged);
  }

  /** Reads an output folder. */
  public static FolderItems of(Path folder) {
    Map<String, SetItems> bySet = new LinkedHashMap<>();
    List<String> damaged = new ArrayList<>();
    for (Path file : SetItems.files(new FolderLayout(folder))) {
      try {
        SetItems items = JsonFile.read(file, SetItems.class);
        bySet.put(items.set(), items);
      } catch (DamagedFileException e) {
        damaged.add(e.getMessage());
      }
    }
    return new FolderItems(bySet, damaged);
  }
}
