package io.github.palimpsest.ablation;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.WeightSnapshot;
import io.github.palimpsest.llm.quickstart.Quickstart;
import io.github.palimpsest.llm.quickstart.QuickstartTask;
import io.github.palimpsest.llm.text.TextTokenizer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The generated model and tasks of the experiment that needs no data. The tasks, named {@code
 * quickstart:NAME}, are the same for all cells; the model's first weights come from a cell's seed.
 */
final class QuickstartData {
  private static final String PREFIX = "quickstart:";
  private static final long DATA_SEED = 1;

  private QuickstartData() {}

  static boolean names(String data) {
    return data.startsWith(PREFIX);
  }

  /** The task that a set names, if it names a generated one. */
  static Optional<TaskDocuments> task(DataSet set) {
    if (!names(set.data())) {
      return Optional.empty();
    }
    QuickstartTask task = find(set.data(), set.place());
    return Optional.of(
        new TaskDocuments(task.training(), EvaluationData.documents(set, task.evaluation())));
  }

  /** Refuses the name of a generated task that there is not. */
  static void check(YamlScalar data) {
    if (names(data.text())) {
      find(data.text(), data.place());
    }
  }

  private static QuickstartTask find(String data, Place place) {
    List<QuickstartTask> tasks = new Quickstart(DATA_SEED).tasks();
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

  /** What stands for the hash of generated data: its name, since the code's hash has the rest. */
  static Optional<String> sha256(String data) {
    return names(data) ? Optional.of(data + " seed " + DATA_SEED) : Optional.empty();
  }

  /** The generated model. */
  static ModelSource model() {
    Quickstart quickstart = new Quickstart(DATA_SEED);
    Map<Long, WeightSnapshot> bySeed = new HashMap<>();
    TextTokenizer tokenizer = quickstart.tokenizer();
    return new ModelSource(
        quickstart.model(),
        tokenizer,
        Set.of(tokenizer.eos().orElseThrow()),
        seed -> bySeed.computeIfAbsent(seed, s -> new Quickstart(s).initialWeights()));
  }
}
