package io.github.palimpsest.experiment.evaluation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.experiment.task.TaskCatalog;
import io.github.palimpsest.experiment.task.TaskRecords;
import io.github.palimpsest.llm.score.ChoiceScores;
import io.github.palimpsest.llm.task.BenchmarkTask;
import io.github.palimpsest.llm.task.Question;
import io.github.palimpsest.llm.task.TaskItem;
import io.github.palimpsest.llm.text.JsonRecord;
import io.github.palimpsest.llm.text.MadeRecords;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The questions of benchmark tasks as records with {@code query}, {@code choices} and {@code gold}:
 * {@code benchmark:NAME} is the training split, and {@code benchmark:NAME:held-out} the split that
 * {@code evaluate} uses, with the task's examples before each question.
 */
public final class BenchmarkRecords implements MadeRecords.Generator {
  private static final String SCHEME = "benchmark";
  private static final String TRAINING = "train";

  private final TaskRecords records;

  /** An experiment asks for its data several times. */
  private final Map<String, MadeRecords> made = new ConcurrentHashMap<>();

  /** The catalog is read when a name of this scheme is first used. */
  private static final class Catalog {
    static final TaskCatalog ALL = TaskCatalog.builtIn(Plugins.onClassPath());
  }

  /**
   * @param records where the records of tasks are
   */
  public BenchmarkRecords(TaskRecords records) {
    this.records = records;
  }

  @Override
  public String scheme() {
    return SCHEME;
  }

  /** The tasks that ask for a choice after one context and a blank. */
  @Override
  public List<String> names() {
    return Catalog.ALL.tasks().stream()
        .map(TaskCatalog.Entry::task)
        .filter(BenchmarkRecords::fits)
        .map(BenchmarkTask::name)
        .toList();
  }

  private static boolean fits(BenchmarkTask task) {
    return task.question() instanceof Question.Choice c
        && c.delimiter().equals(ChoiceScores.DELIMITER)
        && c.gold().isOne();
  }

  @Override
  public boolean readsFiles() {
    return true;
  }

  @Override
  public MadeRecords training(String name) {
    return records(name, new PreparedTask.Wish(0, OptionalInt.of(0), Optional.of(TRAINING)));
  }

  @Override
  public MadeRecords heldOut(String name) {
    return records(name, new PreparedTask.Wish(0, OptionalInt.empty(), Optional.empty()));
  }

  private MadeRecords records(String name, PreparedTask.Wish wish) {
    return made.computeIfAbsent(name + " " + wish, n -> make(name, wish));
  }

  private MadeRecords make(String name, PreparedTask.Wish wish) {
    TaskCatalog.Entry entry = Catalog.ALL.find(List.of(name)).get(0);
    PreparedTask prepared = PreparedTask.of(entry, records, wish);
    List<JsonRecord> questions = new ArrayList<>();
    for (TaskItem item : prepared.items()) {
      if (!(item instanceof TaskItem.Choice c)) {
        throw new PalimpsestException("task '" + name + "' does not ask for a choice");
      }
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      node.put("query", c.pairs().get(0).context());
      ArrayNode choices = node.putArray("choices");
      c.choices().forEach(choices::add);
      node.put("gold", c.right().iterator().next());
      questions.add(new JsonRecord(c.id(), questions.size(), node));
    }
    return new MadeRecords(SCHEME + ":" + name, questions);
  }
}
