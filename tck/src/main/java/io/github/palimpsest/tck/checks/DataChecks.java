package io.github.palimpsest.tck.checks;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.tck.Check;
import io.github.palimpsest.tck.Failures;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.rule.DataRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** The checks of the data of an experiment. */
public final class DataChecks {
  private final Class<?> author;
  private final Supplier<List<TaskData>> tasks;
  private final Function<TaskData, List<Example>> evaluation;

  /**
   * @param author a class of the data's author, for the place of an exception
   * @param tasks reads the tasks, in their order
   * @param evaluation reads the evaluation data of a task
   */
  public DataChecks(
      Class<?> author,
      Supplier<List<TaskData>> tasks,
      Function<TaskData, List<Example>> evaluation) {
    this.author = author;
    this.tasks = tasks;
    this.evaluation = evaluation;
  }

  /** One check for each rule. */
  public List<Check> all() {
    Failures failures = new Failures(author);
    return List.of(
        new Check(DataRule.SET_01, this::idsAreUnique, failures),
        new Check(DataRule.SET_02, this::readingTwiceGivesTheSame, failures),
        new Check(DataRule.SET_03, this::evaluationIsNotTrainedOn, failures),
        new Check(DataRule.SET_04, this::examplesAreAlike, failures));
  }

  private void idsAreUnique() {
    List<TaskData> all = tasks.get();
    Expect.that(!all.isEmpty(), () -> new Finding("tasks()", "at least one task", "none"));
    Set<String> names = new HashSet<>();
    Map<String, String> trained = new HashMap<>();
    for (int i = 0; i < all.size(); i++) {
      TaskData task = all.get(i);
      int place = i;
      Expect.that(
          task.index() == place,
          () ->
              new Finding(
                  "task '" + task.name() + "'", "the place " + place, "the place " + task.index()));
      Expect.that(
          names.add(task.name()),
          () -> new Finding("tasks()", "each name once", "'" + task.name() + "' again"));
      for (Example e : filled(task.name(), "training", task.examples())) {
        String other = trained.put(e.id(), task.name());
        Expect.that(
            other == null,
            () ->
                new Finding(
                    "training examples of task '" + task.name() + "'",
                    "ids that no other training example has",
                    "'" + e.id() + "' again, first in task '" + other + "'"));
      }
      Set<String> evaluated = new HashSet<>();
      for (Example e : filled(task.name(), "evaluation", evaluation.apply(task))) {
        Expect.that(
            evaluated.add(e.id()),
            () ->
                new Finding(
                    "evaluation examples of task '" + task.name() + "'",
                    "each id once",
                    "'" + e.id() + "' again"));
      }
    }
  }

  private static List<Example> filled(String task, String what, List<Example> examples) {
    Expect.that(
        !examples.isEmpty(),
        () -> new Finding(what + " examples of task '" + task + "'", "at least one", "none"));
    return examples;
  }

  private void readingTwiceGivesTheSame() {
    List<TaskData> one = tasks.get();
    List<TaskData> two = tasks.get();
    Expect.that(
        one.size() == two.size(),
        () -> new Finding("tasks() twice", one.size() + " tasks", two.size() + " tasks"));
    for (int i = 0; i < one.size(); i++) {
      TaskData a = one.get(i);
      TaskData b = two.get(i);
      Expect.that(
          a.name().equals(b.name()) && a.parts() == b.parts(),
          () ->
              new Finding(
                  "tasks() twice",
                  "task '" + a.name() + "' in " + a.parts() + " parts",
                  "task '" + b.name() + "' in " + b.parts() + " parts"));
      same("training examples of task '" + a.name() + "'", a.examples(), b.examples());
      same("corpus of task '" + a.name() + "'", a.corpus(), b.corpus());
      same(
          "evaluation examples of task '" + a.name() + "'",
          evaluation.apply(a),
          evaluation.apply(a));
    }
  }

  private static void same(String what, List<Example> one, List<Example> two) {
    Expect.that(
        one.size() == two.size(),
        () -> new Finding(what + ", twice", one.size() + " of them", two.size() + " of them"));
    for (int i = 0; i < one.size(); i++) {
      Example a = one.get(i);
      Example b = two.get(i);
      Expect.that(
          a.equals(b),
          () ->
              new Finding(
                  what + ", twice",
                  a.toString(),
                  b.toString(),
                  a.id().equals(b.id()) ? "other values under one id" : "another order"));
    }
  }

  private void evaluationIsNotTrainedOn() {
    List<TaskData> all = tasks.get();
    Map<SortedMap<String, HostArray>, String> trained = new HashMap<>();
    for (TaskData task : all) {
      String training = "' of the training of task '" + task.name() + "'";
      task.corpus().forEach(e -> trained.put(e.fields(), e.id() + "' of the corpus"));
      task.examples().forEach(e -> trained.put(e.fields(), e.id() + training));
    }
    for (TaskData task : all) {
      for (Example e : evaluation.apply(task)) {
        String same = trained.get(e.fields());
        Expect.that(
            same == null,
            () ->
                new Finding(
                    "evaluation example '" + e.id() + "' of task '" + task.name() + "'",
                    "one that is not trained on",
                    "the content of '" + same));
      }
    }
  }

  private void examplesAreAlike() {
    Map<String, String> expected = new TreeMap<>();
    for (TaskData task : tasks.get()) {
      List<Example> all = new ArrayList<>(task.examples());
      all.addAll(task.corpus());
      all.addAll(evaluation.apply(task));
      for (Example e : all) {
        Map<String, String> types = types(e);
        if (expected.isEmpty()) {
          expected.putAll(types);
        }
        Expect.that(
            types.equals(expected),
            () ->
                new Finding(
                    "example '" + e.id() + "'", "the fields " + expected, "the fields " + types));
        e.fields()
            .forEach(
                (name, array) ->
                    Expect.that(
                        isFinite(array),
                        () ->
                            new Finding(
                                "example '" + e.id() + "'",
                                "finite values in '" + name + "'",
                                array.toString())));
      }
    }
  }

  private static Map<String, String> types(Example e) {
    Map<String, String> types = new TreeMap<>();
    e.fields()
        .forEach(
            (name, array) ->
                types.put(name, array instanceof HostArray.Ints ? "integers" : "floats"));
    return types;
  }

  private static boolean isFinite(HostArray array) {
    if (array instanceof HostArray.Floats floats) {
      for (float v : floats.toArray()) {
        if (!Float.isFinite(v)) {
          return false;
        }
      }
    }
    return true;
  }
}
