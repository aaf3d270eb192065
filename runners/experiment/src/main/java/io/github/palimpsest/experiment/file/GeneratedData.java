package io.github.palimpsest.experiment.file;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.llm.quickstart.Quickstart;
import io.github.palimpsest.llm.quickstart.QuickstartTask;
import java.util.List;
import java.util.Optional;

/**
 * The generated tasks that an experiment file may name as {@code quickstart:NAME} instead of a
 * file. They are the same for all cells.
 */
public final class GeneratedData {
  /** The seed of generated data. */
  public static final long SEED = 1;

  private static final String PREFIX = "quickstart:";

  private GeneratedData() {}

  static boolean names(String data) {
    return data.startsWith(PREFIX);
  }

  /** Refuses the name of a generated task that there is not. */
  static void check(YamlScalar data) {
    if (names(data.text())) {
      find(data.text(), data.place());
    }
  }

  /** The task that a set names, if it names a generated one. */
  public static Optional<QuickstartTask> task(DataSet set) {
    return names(set.data()) ? Optional.of(find(set.data(), set.place())) : Optional.empty();
  }

  /** The replacement for a hash of generated data: its name, because the code is hashed too. */
  public static Optional<String> sha256(String data) {
    return names(data) ? Optional.of(data + " seed " + SEED) : Optional.empty();
  }

  private static QuickstartTask find(String data, Place place) {
    List<QuickstartTask> tasks = new Quickstart(SEED).tasks();
    String wanted = data.substring(PREFIX.length());
    return tasks.stream()
        .filter(t -> t.name().equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                place.error(
                    "unknown generated task '"
                        + wanted
                        + "'"
                        + NearestName.hint(
                            wanted, tasks.stream().map(QuickstartTask::name).toList())));
  }
}
