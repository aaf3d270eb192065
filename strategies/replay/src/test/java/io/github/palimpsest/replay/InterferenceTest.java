package io.github.palimpsest.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.FinishedModel;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.api.rehearsal.Candidates;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.api.rehearsal.RehearsalChoice;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.StepReport;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.testing.ClassifierModel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What maximally interfered retrieval chooses, costs and trains. */
@Tag("native")
class InterferenceTest {
  private static final ClassifierModel MODEL = new ClassifierModel(4, 6, 3);
  private static final WeightSnapshot PRETRAINED = MODEL.initialWeights(new Random(1));
  private static final Optimizer SGD =
      c ->
          new Updates(
              c.oracle().gradient(c.params()).tensors().scale(c.tf(), c.tf().constant(-0.3f)));

  private static Settings settings(Map<String, Double> numbers) {
    TreeMap<String, Value> written = new TreeMap<>();
    numbers.forEach((key, number) -> written.put(key, new Value.Num(number)));
    return Settings.of(
        Interference.PROVIDER,
        written,
        (kind, call) -> {
          throw new IllegalStateException("nothing is wrapped");
        });
  }

  private static Rehearsal mir(Map<String, Double> numbers) {
    return Interference.PROVIDER.create(settings(numbers));
  }

  private record Given(List<Example> examples, double[] before, double[] after)
      implements Candidates {
    static Given of(List<String> ids, double[] before, double[] after) {
      return new Given(
          ids.stream().map(id -> new Example(id, 1, new TreeMap<>())).toList(), before, after);
    }

    @Override
    public List<Example> current() {
      return List.of();
    }

    @Override
    public double lossBefore(int place) {
      return before[place];
    }

    @Override
    public double lossAfter(int place) {
      return after[place];
    }
  }

  @Test
  void the_candidates_whose_loss_rises_most_come_first_and_of_equal_rises_the_earlier() {
    RehearsalChoice two = mir(Map.of("candidates", 3.0)).choice().orElseThrow();
    // rises: 0.5, 1, -3, 1, infinite, 0
    double[] before = {1, 2, 9, 0, 1, 4};
    double[] after = {1.5, 3, 6, 1, Double.POSITIVE_INFINITY, 4};
    List<String> ids = List.of("a", "b", "c", "d", "e", "f");
    assertThat(two.chosen(Given.of(ids, before, after))).as("6 / 3 of them").containsExactly(4, 1);
    RehearsalChoice three = mir(Map.of("candidates", 2.0)).choice().orElseThrow();
    assertThat(three.chosen(Given.of(ids, before, after))).containsExactly(4, 1, 3);
  }

  @Test
  void an_example_that_was_drawn_again_comes_after_all_different_ones() {
    RehearsalChoice choice = mir(Map.of("candidates", 2.0)).choice().orElseThrow();
    List<String> few = List.of("a", "b", "a", "b");
    assertThat(choice.chosen(Given.of(few, new double[4], new double[] {5, 1, 5, 1})))
        .as("rises 5, 1, 5, 1")
        .containsExactly(0, 1);
  }

  @Test
  void the_cost_is_a_pass_for_the_virtual_step_and_a_third_for_each_candidate_and_point() {
    assertThat(passes(Map.of())).as("1 + 1 + 2/3 5").isEqualTo(5.33);
    assertThat(passes(Map.of("ratio", 0.5, "candidates", 3.0)))
        .as("0.5 + 1 + 2/3 1.5")
        .isEqualTo(2.5);
    assertThat(passes(Map.of("candidates", 1.0))).as("as replay").isEqualTo(1);
    assertThat(passes(Map.of("ratio", 0.0))).isZero();
  }

  private static double passes(Map<String, Double> numbers) {
    return Interference.PROVIDER.traits(settings(numbers)).cost().passesPerStep();
  }

  private static List<TaskData> tasks() {
    return IntStream.range(0, 3).mapToObj(t -> MODEL.randomTask(t, 3)).toList();
  }

  private static TaskLoop loop(Rehearsal rehearsal) {
    return new TaskLoop(
        MODEL,
        PRETRAINED,
        Seats.of(SGD).with(rehearsal),
        Training.epochs(2, 5),
        7,
        tasks(),
        Device.CPU,
        null);
  }

  private static float[] trained(Rehearsal rehearsal) {
    TaskLoop loop = loop(rehearsal);
    while (loop.trainedTasks() < 3) {
      loop.train(StepListener.NONE);
    }
    return loop.weights().copy("fc1.weight");
  }

  @Test
  void with_one_candidate_for_each_rehearsed_example_it_is_replay_bit_for_bit() {
    Rehearsal one = mir(Map.of("ratio", 0.5, "candidates", 1.0, "capacity", 9.0));
    assertThat(one.choice()).isEmpty();
    assertThat(trained(one)).containsExactly(trained(ReplayTest.replay(0.5, 9, "reservoir")));
    assertThat(mir(Map.of("ratio", 0.0)).choice()).isEmpty();
  }

  /** Forwards, and notes the losses that the choice is given, by candidate. */
  private static final class Noting implements ForwardingRehearsal {
    private final Rehearsal base;
    private final List<String> chosen = new ArrayList<>();
    private final List<Double> rises = new ArrayList<>();

    Noting(Rehearsal base) {
      this.base = base;
    }

    @Override
    public Rehearsal base() {
      return base;
    }

    @Override
    public Optional<RehearsalChoice> choice() {
      RehearsalChoice own = base.choice().orElseThrow();
      return Optional.of(
          new RehearsalChoice() {
            @Override
            public OptionalDouble virtualStep() {
              return own.virtualStep();
            }

            @Override
            public List<Integer> chosen(Candidates of) {
              List<Integer> places = own.chosen(of);
              places.forEach(p -> chosen.add(of.examples().get(p).id()));
              if (rises.isEmpty()) {
                for (int i = 0; i < of.examples().size(); i++) {
                  rises.add(of.lossAfter(i) - of.lossBefore(i));
                }
              }
              return places;
            }
          });
    }
  }

  @Test
  void each_step_trains_its_current_examples_and_the_chosen_as_many_as_replay_would() {
    Noting noting =
        new Noting(mir(Map.of("ratio", 0.5, "candidates", 4.0, "alpha", 0.1, "capacity", 30.0)));
    TaskLoop loop = loop(noting);
    List<List<String>> batches = new ArrayList<>();
    while (loop.trainedTasks() < 2) {
      loop.train(
          new StepListener() {
            @Override
            public void onStep(int task, long step, long total, double loss) {}

            @Override
            public void onStep(StepReport report) {
              if (report.task() == 1) {
                batches.add(report.examples().stream().map(Example::id).toList());
              }
            }
          });
    }
    List<String> current = tasks().get(1).examples().stream().map(Example::id).toList();
    List<String> rehearsed =
        batches.stream().flatMap(List::stream).filter(id -> !current.contains(id)).toList();
    assertThat(rehearsed).as("the chosen, step after step").isEqualTo(noting.chosen);
    int examples = tasks().get(1).examples().size();
    assertThat(rehearsed).as("floor(0.5 n) in each of 2 epochs").hasSize(2 * (examples / 2));
    assertThat(batches.stream().flatMap(List::stream).filter(current::contains))
        .hasSize(2 * examples);
    assertThat(noting.rises).as("2 of 5 current ones, 4 candidates each").hasSize(8);
  }

  @Test
  void a_corpus_around_it_is_refused_before_anything_runs() {
    assertThatThrownBy(() -> new CorpusReplay(0.1, mir(Map.of())))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("'base' of 'corpus-replay'")
        .hasMessageContaining("chooses among candidates");
    assertThat(new CorpusReplay(0, mir(Map.of())).choice()).isPresent();
  }

  @Test
  void candidates_are_drawn_without_replacement_while_enough_are_kept() {
    Rehearsal r = mir(Map.of("ratio", 1.0, "candidates", 2.0, "capacity", 20.0));
    TaskData first = tasks().get(0);
    FinishedModel unused = new SilentModel();
    r.afterTask(first, unused, Streams.stream(1, "keep", 0, 0));
    RandomGenerator rng = Streams.stream(1, "epoch", 1, 0);
    Iterator<List<Example>> epoch = r.epoch(tasks().get(1), 5, rng);
    List<String> kept =
        epoch.next().stream()
            .map(Example::id)
            .filter(id -> first.examples().stream().anyMatch(e -> e.id().equals(id)))
            .toList();
    assertThat(kept).as("2 candidates for each of 5").hasSize(10).doesNotHaveDuplicates();
  }
}
