package io.github.palimpsest.engine;

import static io.github.palimpsest.engine.TaskLoops.SGD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.rehearsal.Candidates;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.api.rehearsal.RehearsalChoice;
import io.github.palimpsest.api.rehearsal.RehearsalLoss;
import io.github.palimpsest.api.rehearsal.RehearsalObjective;
import io.github.palimpsest.api.rehearsal.RehearsedBatch;
import io.github.palimpsest.engine.batch.RehearsedFeed;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.divergence.NonFiniteLossException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.op.Ops;

/** The choice among candidates before a step, on least squares at w = (1, -2). */
@Tag("native")
class StepChoiceTest {
  private static final double ALPHA = 0.25;

  private static final List<Example> CURRENT =
      List.of(
          LinearModel.example("1/a", 1, 1, 0, 2),
          LinearModel.example("1/b", 3, 2, 1, 1),
          LinearModel.example("1/c", 2, 0.5f, -1, 1));

  private static final List<Example> KEPT =
      List.of(
          LinearModel.example("0/a", 2, 1, 1, 0),
          LinearModel.example("0/b", 1, -1, 2, -4),
          LinearModel.example("0/c", 5, 3, 0, 3),
          LinearModel.example("0/d", 1, 0, 1, -2));

  private static final Example OF_CORPUS = LinearModel.example("corpus", 1, 1, 1, 1);

  /** A choice that notes the losses that it is given. */
  private static final class Noting implements RehearsalChoice {
    private final OptionalDouble step;
    private final Function<Candidates, List<Integer>> of;
    private final List<double[]> before = new ArrayList<>();
    private final List<double[]> after = new ArrayList<>();

    Noting(OptionalDouble step, Function<Candidates, List<Integer>> of) {
      this.step = step;
      this.of = of;
    }

    static Noting choosing(Integer... places) {
      return new Noting(OptionalDouble.of(ALPHA), c -> List.of(places));
    }

    @Override
    public OptionalDouble virtualStep() {
      return step;
    }

    @Override
    public List<Integer> chosen(Candidates c) {
      int n = c.examples().size();
      double[] own = new double[n];
      Arrays.setAll(own, c::lossBefore);
      before.add(own);
      if (step.isPresent()) {
        double[] there = new double[n];
        Arrays.setAll(there, c::lossAfter);
        after.add(there);
      }
      return of.apply(c);
    }
  }

  /** Adds all that is kept of finished tasks to each batch, as candidates. */
  private static final class Choosing implements Rehearsal {
    private final TaskLoops.OneKept kept = new TaskLoops.OneKept();
    private final RehearsalChoice choice;
    private final Optional<RehearsalObjective> objective;

    Choosing(RehearsalChoice choice, Optional<RehearsalObjective> objective) {
      this.choice = choice;
      this.objective = objective;
    }

    @Override
    public Iterator<List<Example>> epoch(TaskData task, int batchSize, RandomGenerator rng) {
      return kept.epoch(task, batchSize, rng);
    }

    @Override
    public void afterTask(TaskData task, RandomGenerator rng) {
      for (int i = 0; i < 3; i++) {
        kept.afterTask(task, rng);
      }
    }

    @Override
    public Optional<RehearsalObjective> objective() {
      return objective;
    }

    @Override
    public Optional<RehearsalChoice> choice() {
      return Optional.of(choice);
    }

    @Override
    public byte[] state() {
      return kept.state();
    }

    @Override
    public void restore(byte[] state) {
      kept.restore(state);
    }
  }

  private static Seats with(RehearsalChoice choice) {
    return Seats.of(SGD).with(new Choosing(choice, Optional.empty()));
  }

  private static TaskStart start(Seats seats, int task, int accumulation) {
    WeightSnapshot w = TaskLoops.START;
    return new TaskStart(
        new LinearModel(),
        seats,
        new Training(1, 0, 3, accumulation, 0),
        1,
        task,
        Device.CPU,
        w,
        TaskStart.freshTrainable(new LinearModel(), w, seats.adapter(), 1, task),
        TaskStart.freshTrainable(new LinearModel(), w, seats.adapter(), 1, task),
        WeightSnapshot.empty(),
        new TreeMap<>(),
        e -> e.id().equals("corpus") ? RehearsedFeed.NO_TASK : e.id().charAt(0) - '0',
        () -> 0);
  }

  private static List<Example> batch() {
    List<Example> all = new ArrayList<>(CURRENT);
    all.add(OF_CORPUS);
    all.addAll(KEPT);
    return all;
  }

  private static List<Example> chosen(Seats seats, int accumulation) {
    try (StepGraph graph = new StepGraph(start(seats, 1, accumulation), false)) {
      return graph.chosen(batch(), 0);
    }
  }

  private static List<String> ids(List<Example> examples) {
    return examples.stream().map(Example::id).toList();
  }

  private static double[] row(Example e) {
    float[] row = ((HostArray.Floats) e.fields().get("row")).toArray();
    return new double[] {row[0], row[1], row[2], row[3]};
  }

  private static double error(Example e, double[] w) {
    double[] r = row(e);
    return r[1] * w[0] + r[2] * w[1] - r[3];
  }

  /** {@code sum n (x.w - y) x / sum n}. */
  private static double[] gradient(List<Example> examples, double[] w) {
    double[] sum = new double[3];
    for (Example e : examples) {
      double[] r = row(e);
      sum[0] += r[0] * error(e, w) * r[1];
      sum[1] += r[0] * error(e, w) * r[2];
      sum[2] += r[0];
    }
    return new double[] {sum[0] / sum[2], sum[1] / sum[2]};
  }

  /** {@code (x.w - y)^2 / 2}, the loss over n tokens divided by n. */
  private static double[] losses(double[] w) {
    return KEPT.stream().mapToDouble(e -> error(e, w) * error(e, w) / 2).toArray();
  }

  private static double[] moved(List<Example> by, double length) {
    double[] w = {1, -2};
    double[] g = gradient(by, w);
    return new double[] {w[0] - length * g[0], w[1] - length * g[1]};
  }

  private static void expectLosses(Noting choice) {
    assertThat(choice.before).hasSize(1);
    assertThat(choice.before.get(0)).containsExactly(losses(new double[] {1, -2}), within(1e-5));
    assertThat(choice.after.get(0)).containsExactly(losses(moved(CURRENT, ALPHA)), within(1e-5));
  }

  @Test
  void losses_are_those_per_token_at_the_weights_and_after_a_step_on_the_current_examples() {
    Noting choice = Noting.choosing(2, 0);
    assertThat(ids(chosen(with(choice), 1)))
        .as("the examples that are no candidates, then the chosen in their order")
        .containsExactly("1/a", "1/b", "1/c", "corpus", "0/c", "0/a");
    expectLosses(choice);
  }

  @Test
  void micro_batches_give_the_losses_of_one_batch() {
    for (int accumulation = 2; accumulation <= 3; accumulation++) {
      Noting choice = Noting.choosing(1);
      chosen(with(choice), accumulation);
      expectLosses(choice);
    }
  }

  @Test
  void the_virtual_step_under_an_adapter_moves_what_it_trains() {
    Noting choice = Noting.choosing(1);
    chosen(with(choice).with(new TaskLoops.Delta(false)), 1);
    // d/d(delta) = d/dW, so the effective weights move as without the adapter
    expectLosses(choice);
  }

  @Test
  void penalties_are_no_part_of_the_virtual_step() {
    Noting choice = Noting.choosing(1);
    chosen(
        with(choice)
            .with(
                "pull",
                site ->
                    p -> {
                      Ops tf = site.tf();
                      return p.at().tensors().dot(tf, p.at().tensors());
                    }),
        1);
    expectLosses(choice);
  }

  @Test
  void the_weights_are_the_same_bits_after_a_choice_and_the_step_is_on_the_chosen_alone() {
    try (StepGraph graph = new StepGraph(start(with(Noting.choosing(3, 1)), 1, 1), false)) {
      List<Example> trained = graph.chosen(batch(), 0);
      assertThat(graph.trainable().copy(LinearModel.W)).containsExactly(1, -2);
      graph.step(trained, 0, 1);
      List<Example> alone = new ArrayList<>(CURRENT);
      alone.addAll(List.of(OF_CORPUS, KEPT.get(3), KEPT.get(1)));
      double[] expected = moved(alone, 0.1); // the learning rate of SGD
      assertThat(graph.trainable().copy(LinearModel.W))
          .containsExactly(new float[] {(float) expected[0], (float) expected[1]}, within(1e-5f));
      graph.chosen(batch(), 1);
      graph.step(trained, 1, 2);
    }
  }

  @Test
  void without_a_virtual_step_only_the_losses_before_are_known() {
    Noting choice = new Noting(OptionalDouble.empty(), c -> List.of(0));
    assertThat(ids(chosen(with(choice), 1))).endsWith("corpus", "0/a");
    assertThat(choice.before.get(0)).containsExactly(losses(new double[] {1, -2}), within(1e-5));
    Noting undeclared =
        new Noting(OptionalDouble.empty(), c -> List.of((int) Math.signum(c.lossAfter(0))));
    assertThatThrownBy(() -> chosen(with(undeclared), 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("declares no virtual step");
  }

  @Test
  void the_first_task_and_batches_without_candidates_are_trained_as_they_are() {
    Noting choice = Noting.choosing();
    try (StepGraph first = new StepGraph(start(with(choice), 0, 1), false);
        StepGraph later = new StepGraph(start(with(choice), 1, 1), false)) {
      assertThat(first.chosen(KEPT, 0)).isEqualTo(KEPT);
      assertThat(first.choosingPasses(KEPT)).isZero();
      assertThat(later.chosen(CURRENT, 0)).isEqualTo(CURRENT);
      assertThat(later.choosingPasses(CURRENT)).isZero();
      assertThat(later.choosingPasses(batch())).isEqualTo(1);
      assertThat(later.choosingPasses(KEPT)).as("no current examples, no gradient").isZero();
    }
    assertThat(choice.before).isEmpty();
  }

  @Test
  void places_that_are_repeated_or_outside_are_refused() {
    for (Integer[] wrong : new Integer[][] {{1, 1}, {4}, {-1}}) {
      assertThatThrownBy(() -> chosen(with(Noting.choosing(wrong)), 1))
          .isInstanceOf(RuleViolationException.class)
          .hasMessageContaining(Arrays.toString(wrong))
          .hasMessageContaining("from 0 to 3");
    }
    for (double alpha : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(
              () -> chosen(with(new Noting(OptionalDouble.of(alpha), c -> List.of())), 1))
          .isInstanceOf(RuleViolationException.class)
          .hasMessageContaining("length " + alpha);
    }
  }

  @Test
  void a_step_for_which_nothing_is_chosen_needs_other_examples() {
    assertThat(ids(chosen(with(Noting.choosing()), 1)))
        .containsExactly("1/a", "1/b", "1/c", "corpus");
    try (StepGraph graph = new StepGraph(start(with(Noting.choosing()), 1, 1), false)) {
      assertThatThrownBy(() -> graph.chosen(KEPT, 6))
          .isInstanceOf(PalimpsestException.class)
          .hasMessageContaining("none of 4 candidates for step 7 of task 2");
    }
  }

  @Test
  void a_candidate_whose_loss_is_not_finite_ends_the_run_or_counts_as_most_harmed() {
    Noting far = new Noting(OptionalDouble.of(1e30), c -> List.of(0));
    chosen(with(far), 1);
    assertThat(far.after.get(0)).contains(Double.POSITIVE_INFINITY);
    List<Example> broken = new ArrayList<>(CURRENT);
    broken.add(LinearModel.example("0/x", 1, Float.NaN, 0, 0));
    try (StepGraph graph = new StepGraph(start(with(far), 1, 1), false)) {
      assertThatThrownBy(() -> graph.chosen(broken, 4))
          .isInstanceOf(NonFiniteLossException.class)
          .hasMessageContaining("step 5 of task 2");
    }
  }

  /** The rehearsed examples count a hundredth. */
  private record Hundredth() implements RehearsalLoss {
    @Override
    public List<Mean> means(Ops tf, Forward forward, RehearsedBatch batch) {
      return List.of(
          Mean.of(
              0.01,
              tf.sum(tf.math.mul(batch.rehearsed(), forward.lossPerExample()), tf.constant(0)),
              tf.sum(tf.math.mul(batch.rehearsed(), forward.weightPerExample()), tf.constant(0))));
    }
  }

  @Test
  void an_objective_of_the_rehearsal_applies_to_the_chosen_examples() {
    Seats both = Seats.of(SGD).with(new Choosing(Noting.choosing(2), Optional.of(new Hundredth())));
    try (StepGraph graph = new StepGraph(start(both, 1, 1), false)) {
      List<Example> mixed = new ArrayList<>(CURRENT);
      mixed.addAll(KEPT);
      graph.step(graph.chosen(mixed, 0), 0, 1);
      double[] w = {1, -2};
      double[] g = gradient(CURRENT, w);
      double[] r = gradient(List.of(KEPT.get(2)), w);
      assertThat(graph.trainable().copy(LinearModel.W))
          .containsExactly(
              new float[] {
                (float) (w[0] - 0.1 * (g[0] + 0.01 * r[0])),
                (float) (w[1] - 0.1 * (g[1] + 0.01 * r[1]))
              },
              within(1e-5f));
    }
  }

  /** The largest increase; three candidates after the first task, six after the second. */
  private static RehearsalChoice most() {
    return new Noting(
        OptionalDouble.of(ALPHA),
        c -> {
          int best = 0;
          for (int i = 1; i < c.examples().size(); i++) {
            if (c.lossAfter(i) - c.lossBefore(i) > c.lossAfter(best) - c.lossBefore(best)) {
              best = i;
            }
          }
          return List.of(best);
        });
  }

  @Test
  void a_run_goes_on_with_the_same_choices_and_bits_and_counts_each_virtual_step(
      @TempDir Path folder) {
    List<String> trained = new ArrayList<>();
    TaskLoop whole = TaskLoops.loop(with(most()), null);
    List<Long> passes = new ArrayList<>();
    while (whole.trainedTasks() < 3) {
      whole.train(
          new StepListener() {
            @Override
            public void onStep(int task, long step, long total, double loss) {}

            @Override
            public void onStep(StepReport report) {
              trained.add(report.task() + "." + report.step() + ids(report.examples()));
            }
          });
      passes.add(whole.gradientPasses().orElseThrow());
    }
    // 10 examples in batches of 4, 3 epochs: 9 steps; later ones take one virtual step each
    assertThat(passes).containsExactly(9L, 18L, 18L);
    assertThat(trained.get(9))
        .as("4 current examples and 1 chosen")
        .matches("1.1\\[(\\S+, ){4}t0/\\d\\]");

    List<String> again = new ArrayList<>();
    StepListener breaks =
        new StepListener() {
          @Override
          public void onStep(int task, long step, long total, double loss) {}

          @Override
          public void onStep(StepReport report) {
            String line = report.task() + "." + report.step() + ids(report.examples());
            if (!again.contains(line)) {
              again.add(line);
              if (again.size() % 5 == 0) {
                throw new IllegalStateException("broken on purpose");
              }
            }
          }
        };
    TaskLoop broken = TaskLoops.loop(with(most()), folder);
    List<Long> counted = new ArrayList<>();
    while (broken.trainedTasks() < 3) {
      try {
        broken.train(breaks);
        counted.add(broken.gradientPasses().orElseThrow());
      } catch (IllegalStateException e) {
        assertThat(e).hasMessage("broken on purpose");
        broken = TaskLoops.loop(with(most()), folder);
      }
    }
    assertThat(again).isEqualTo(trained);
    assertThat(counted).containsExactlyElementsOf(passes);
    assertThat(broken.weights().copy(LinearModel.W))
        .containsExactly(whole.weights().copy(LinearModel.W));
  }
}
