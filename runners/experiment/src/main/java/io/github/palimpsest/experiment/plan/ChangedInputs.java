package io.github.palimpsest.experiment.plan;

import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.experiment.file.WrittenPath;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The inputs of a plan that differ from those that a folder records. */
public final class ChangedInputs {
  private static final int SHOWN = 3;

  private ChangedInputs() {}

  /**
   * The inputs that differ, in words that follow a sentence; empty if none does.
   *
   * @param recorded the inputs of the folder, by name
   * @param plan the plan with its own
   */
  public static String of(Map<String, String> recorded, Plan plan) {
    Map<String, String> own = plan.shared();
    TreeSet<String> names = new TreeSet<>(own.keySet());
    names.addAll(recorded.keySet());
    List<String> differing =
        names.stream()
            .filter(n -> !recorded.getOrDefault(n, "").equals(own.getOrDefault(n, "")))
            .toList();
    if (differing.isEmpty()) {
      return "";
    }
    return differing.stream()
        .limit(SHOWN)
        .map(name -> words(name, plan))
        .collect(
            Collectors.joining(
                "; ",
                " (it differs in ",
                differing.size() > SHOWN ? "; and " + (differing.size() - SHOWN) + " more)" : ")"));
  }

  /** An input by its name, with the set and the file that it is about. */
  private static String words(String name, Plan plan) {
    return SharedInputs.sets(plan.experiment()).entrySet().stream()
        .filter(set -> name.startsWith(set.getKey()))
        .findFirst()
        .map(set -> name + of(name.substring(set.getKey().length()), set.getValue()))
        .orElse(name);
  }

  private static String of(String key, DataSet set) {
    String file =
        switch (key) {
          case "data" -> ", " + set.data();
          case "test" -> set.test().map(WrittenPath::text).map(test -> ", " + test).orElse("");
          default -> "";
        };
    return ": '" + set.name() + "'" + file;
  }
}
