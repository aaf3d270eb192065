package io.github.palimpsest.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.FinishedModel;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class SelfReplayTest {
  private static final Rehearsal NONE = ReplayTest.replay(0, 1, "reservoir");
  private static final String SAMPLE = "self-replay/";

  /** Notes what it was asked for; a sample has one random field. */
  private static final class Writer extends SilentModel {
    private final List<String> asked = new ArrayList<>();

    @Override
    public List<Example> samples(
        List<String> ids, int tokens, double temperature, RandomGenerator rng) {
      asked.add(ids.size() + " of " + tokens + " at " + temperature);
      return ids.stream()
          .map(
              id ->
                  new Example(
                      id,
                      tokens,
                      new TreeMap<>(
                          Map.of("x", new HostArray.Floats(new float[] {rng.nextFloat()})))))
          .toList();
    }
  }

  private static SelfReplay of(double ratio, int tokens, Rehearsal base) {
    return new SelfReplay(new CorpusReplay("self-replay", ratio, base), 4, tokens, 1, 0);
  }

  private static List<List<Example>> epoch(Rehearsal r, TaskData task, FinishedModel model) {
    List<List<Example>> batches = new ArrayList<>();
    r.epoch(r.prepared(task, model), 8, new Random(3)).forEachRemaining(batches::add);
    return batches;
  }

  private static List<Example> samples(List<List<Example>> batches) {
    return batches.stream().flatMap(List::stream).filter(e -> e.id().startsWith(SAMPLE)).toList();
  }

  @Test
  void the_first_task_gets_samples_of_the_base_at_the_ratio_and_so_does_every_other() {
    Writer model = new Writer();
    List<Example> first = samples(epoch(of(0.25, 9, NONE), ReplayTest.task(0, 20), model));
    // floor(0.25 * 20) draws of 4 samples
    assertThat(first).hasSize(5);
    assertThat(new HashSet<>(first.subList(0, 4))).as("all before one comes again").hasSize(4);
    assertThat(model.asked).containsExactly("4 of 9 at 1.0");
    assertThat(samples(epoch(of(0.25, 9, NONE), ReplayTest.task(1, 20), model)))
        .as("the same samples in the next task")
        .isEqualTo(first);
  }

  @Test
  void a_sample_is_as_long_as_the_longest_example_unless_its_length_is_given() {
    Writer model = new Writer();
    TaskData task =
        ReplayTest.task(0, 1)
            .with(
                List.of(
                    new Example("a", 7, new TreeMap<>()), new Example("b", 3, new TreeMap<>())));
    epoch(of(1, 0, NONE), task, model);
    assertThat(model.asked).containsExactly("4 of 7 at 1.0");
  }

  @Test
  void a_ratio_of_0_asks_the_model_nothing_and_is_plain_training() {
    assertThat(epoch(of(0, 0, NONE), ReplayTest.task(0, 20), ReplayTest.NO_MODEL))
        .isEqualTo(ReplayTest.task(0, 20).shuffledBatches(8, new Random(3)));
  }

  @Test
  void another_rehearsal_may_add_examples_of_finished_tasks() {
    Rehearsal both = of(0.5, 9, ReplayTest.replay(0.5, 6, "reservoir"));
    both.afterTask(ReplayTest.task(0, 10), new Writer(), new Random(1));
    List<List<Example>> mixed = epoch(both, ReplayTest.task(1, 8), new Writer());
    // 8 current ones, floor(0.5 * 8) kept ones, floor(0.5 * 12) samples
    assertThat(mixed.get(0)).hasSize(8 + 4 + 6);
    assertThat(samples(mixed)).hasSize(6);
    assertThat(both.rehearsed(1, 8)).as("the smaller of 4 and 6").hasValue(4);
    assertThat(of(0.1, 9, NONE).rehearsed(0, 9)).as("floor(0.1 * 9)").hasValue(0);
  }

  @Test
  void a_base_that_needs_a_corpus_of_its_own_is_refused() {
    Value.Call corpus =
        new Value.Call("corpus-replay", new TreeMap<>(Map.of("ratio", new Value.Num(0.5))));
    assertThatThrownBy(
            () ->
                new EveryRehearsalTest.Subject(SelfReplay.PROVIDER, Map.of("base", corpus))
                    .create())
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "setting 'base' of 'self-replay': a rehearsal with a corpus of its own cannot be"
                + " combined with samples, which take the place of a corpus");
  }
}
