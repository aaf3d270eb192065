package io.github.palimpsest.experiment.file;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.llm.quickstart.Quickstart;
import io.github.palimpsest.llm.quickstart.QuickstartTask;
import java.util.List;
import java.util.Optional;

/**
 * The generated tasks that an experiment file may name as {@code quickstart:NAME} in place of a
 * file. They are the same for all cells.
 */
public final class GeneratedData {
  /** Where the streams of generated data begin. */
  public static final long SEED = 1;

  private static final String PREFIX = "quickstart:";

  private GeneratedData() {}

  /** Whether a set names a generated task. */
  public static boolean names(String data) {
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

  /** What stands for the hash of generated data: its name, since the code's hash has the rest. */
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
