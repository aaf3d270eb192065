package io.github.palimpsest.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.tck.checks.DataChecks;
import io.github.palimpsest.tck.rule.DataRule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class DataMutantsTest {
  private enum Mistake {
    NONE,
    NO_TASK,
    PLACE_WRONG,
    NAME_TWICE,
    NO_EXAMPLE,
    NO_EVALUATION,
    ID_TWICE,
    ID_OF_ANOTHER_TASK,
    EVALUATION_ID_TWICE,
    ONE_TASK_LESS,
    OTHER_PARTS,
    OTHER_ORDER,
    OTHER_VALUES,
    CORPUS_GROWS,
    EVALUATION_TURNED,
    EVALUATION_TRAINED,
    EVALUATION_TRAINED_BY_ANOTHER,
    EVALUATION_IN_CORPUS,
    FIELD_LEFT_OUT,
    OTHER_TYPE,
    NO_NUMBER
  }

  /** Two tasks of three examples each, with a mistake. */
  private static final class Data {
    private final Mistake mistake;
    private int readings;
    private int evaluations;

    Data(Mistake mistake) {
      this.mistake = mistake;
    }

    private static Example example(String id, float value) {
      return new Example(
          id,
          2,
          new TreeMap<>(
              Map.of(
                  "ids", new HostArray.Ints(new int[] {1, 2}, 2),
                  "targets", new HostArray.Floats(new float[] {0, value}, 2))));
    }

    List<TaskData> tasks() {
      boolean again = readings++ > 0;
      if (mistake == Mistake.NO_TASK) {
        return List.of();
      }
      List<TaskData> tasks = new ArrayList<>();
      for (int t = 0; t < (again && mistake == Mistake.ONE_TASK_LESS ? 1 : 2); t++) {
        tasks.add(task(t, again));
      }
      return tasks;
    }

    private TaskData task(int t, boolean again) {
      String name = mistake == Mistake.NAME_TWICE ? "task" : "task-" + t;
      List<Example> examples = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        String id = name + "/" + (mistake == Mistake.ID_TWICE ? 0 : i);
        if (mistake == Mistake.ID_OF_ANOTHER_TASK || mistake == Mistake.NAME_TWICE) {
          id = (mistake == Mistake.NAME_TWICE ? t + "/" : "") + i;
        }
        examples.add(example(id, 10 * t + i + (again && mistake == Mistake.OTHER_VALUES ? 7 : 0)));
      }
      if (again && mistake == Mistake.OTHER_ORDER) {
        Collections.reverse(examples);
      }
      examples = t == 1 ? spoiled(examples) : examples;
      List<Example> corpus = new ArrayList<>(List.of(example("corpus/0", -1)));
      if (again && mistake == Mistake.CORPUS_GROWS) {
        corpus.add(example("corpus/1", -2));
      }
      if (mistake == Mistake.EVALUATION_IN_CORPUS) {
        corpus.add(example("corpus/1", 105));
      }
      return TaskData.of(mistake == Mistake.PLACE_WRONG ? t + 1 : t, name, examples)
          .inParts(again && mistake == Mistake.OTHER_PARTS ? 2 : 1)
          .beside(corpus);
    }

    private List<Example> spoiled(List<Example> examples) {
      Example last = examples.get(2);
      TreeMap<String, HostArray> fields = new TreeMap<>(last.fields());
      switch (mistake) {
        case NO_EXAMPLE -> {
          return List.of();
        }
        case FIELD_LEFT_OUT -> fields.remove("targets");
        case OTHER_TYPE -> fields.put("targets", new HostArray.Ints(new int[] {0, 1}, 2));
        case NO_NUMBER ->
            fields.put("targets", new HostArray.Floats(new float[] {0, Float.NaN}, 2));
        default -> {}
      }
      examples.set(2, new Example(last.id(), last.tokens(), fields));
      return examples;
    }

    List<Example> evaluation(TaskData task) {
      boolean odd = evaluations++ % 2 > 0;
      if (mistake == Mistake.NO_EVALUATION) {
        return List.of();
      }
      float value =
          mistake == Mistake.EVALUATION_TRAINED
              ? 2
              : mistake == Mistake.EVALUATION_TRAINED_BY_ANOTHER && task.index() == 0 ? 11 : 105;
      String second = mistake == Mistake.EVALUATION_ID_TWICE ? "/7" : "/8";
      List<Example> all =
          new ArrayList<>(
              List.of(example(task.name() + "/7", value), example(task.name() + second, 106)));
      if (odd && mistake == Mistake.EVALUATION_TURNED) {
        Collections.reverse(all);
      }
      return all;
    }
  }

  private static List<Verdict> verdicts(Mistake mistake) {
    return Stream.of(DataRule.values()).map(rule -> verdict(mistake, rule)).toList();
  }

  /** On data that have not been read before. */
  private static Verdict verdict(Mistake mistake, DataRule rule) {
    Data data = new Data(mistake);
    return new DataChecks(DataMutantsTest.class, data::tasks, data::evaluation)
        .all().stream().filter(c -> c.rule() == rule).findFirst().orElseThrow().run("the data");
  }

  private static DynamicTest broken(Mistake mistake, DataRule rule, String words) {
    return DynamicTest.dynamicTest(
        rule.id() + " is broken by: " + mistake,
        () -> {
          List<Verdict> verdicts = verdicts(mistake);
          Mutant.refused("" + mistake, verdicts, rule, words);
          assertThat(verdicts)
              .filteredOn(v -> v.rule() != rule)
              .extracting(Verdict::outcome)
              .containsOnly(Outcome.PASSED);
        });
  }

  @TestFactory
  Stream<DynamicTest> every_mutant_is_refused_by_its_rule_alone() {
    return Stream.of(
        broken(Mistake.NO_TASK, DataRule.SET_01, "at least one task"),
        broken(Mistake.PLACE_WRONG, DataRule.SET_01, "the place 0"),
        broken(Mistake.NAME_TWICE, DataRule.SET_01, "'task' again"),
        broken(Mistake.NO_EXAMPLE, DataRule.SET_01, "training examples of task 'task-1'"),
        broken(Mistake.NO_EVALUATION, DataRule.SET_01, "evaluation examples of task 'task-0'"),
        broken(Mistake.ID_TWICE, DataRule.SET_01, "'task-0/0' again, first in task 'task-0'"),
        broken(Mistake.ID_OF_ANOTHER_TASK, DataRule.SET_01, "'0' again, first in task 'task-0'"),
        broken(Mistake.EVALUATION_ID_TWICE, DataRule.SET_01, "'task-0/7' again"),
        broken(Mistake.ONE_TASK_LESS, DataRule.SET_02, "1 tasks"),
        broken(Mistake.OTHER_PARTS, DataRule.SET_02, "in 2 parts"),
        broken(Mistake.OTHER_ORDER, DataRule.SET_02, "another order"),
        broken(Mistake.OTHER_VALUES, DataRule.SET_02, "other values under one id"),
        broken(Mistake.CORPUS_GROWS, DataRule.SET_02, "corpus of task 'task-0'"),
        broken(Mistake.EVALUATION_TURNED, DataRule.SET_02, "evaluation examples of task 'task-0'"),
        broken(Mistake.EVALUATION_TRAINED, DataRule.SET_03, "'task-0/2' of the training of task"),
        broken(
            Mistake.EVALUATION_TRAINED_BY_ANOTHER,
            DataRule.SET_03,
            "'task-1/1' of the training of task 'task-1'"),
        broken(Mistake.EVALUATION_IN_CORPUS, DataRule.SET_03, "'corpus/1' of the corpus"),
        broken(Mistake.FIELD_LEFT_OUT, DataRule.SET_04, "the fields {ids=integers}"),
        broken(Mistake.OTHER_TYPE, DataRule.SET_04, "targets=integers"),
        broken(Mistake.NO_NUMBER, DataRule.SET_04, "finite values in 'targets'"));
  }

  @Test
  void sound_data_keep_every_rule() {
    assertThat(verdicts(Mistake.NONE))
        .extracting(Verdict::outcome)
        .hasSize(DataRule.values().length)
        .containsOnly(Outcome.PASSED);
  }
}
