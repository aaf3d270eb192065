package io.github.palimpsest.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.optimizer.Gradients;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Term;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import io.github.palimpsest.engine.device.Device;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** What a regularizer does to the steps of a task and takes from them. */
@Tag("native")
class RegularizerStepsTest {
  private static final float[] START = {1, -2};

  /** Two examples of weight 1 and 3; their order in a batch of two is irrelevant. */
  private static final double[][] ROWS = {{1, 1, 2, 2}, {3, 2, 1, 1}};

  private static TaskLoop loop(Seats seats, int accumulation) {
    List<TaskData> tasks = new ArrayList<>();
    for (int t = 0; t < 2; t++) {
      tasks.add(
          TaskData.of(
              t,
              "task " + t,
              List.of(
                  LinearModel.example(t + "a", 1, 1, 2, 2),
                  LinearModel.example(t + "b", 3, 2, 1, 1))));
    }
    return new TaskLoop(
        new LinearModel(),
        LinearModel.weights(START[0], START[1]),
        seats,
        new Training(1, 0, 2, accumulation, 0),
        1,
        tasks,
        Device.CPU,
        null);
  }

  /** {@code sum n (x.w - y) x / sum n}. */
  private static double[] gradient(double[] w) {
    double[] g = new double[2];
    double weights = 0;
    for (double[] r : ROWS) {
      double error = r[1] * w[0] + r[2] * w[1] - r[3];
      g[0] += r[0] * error * r[1];
      g[1] += r[0] * error * r[2];
      weights += r[0];
    }
    return new double[] {g[0] / weights, g[1] / weights};
  }

  /** After a task, only a share of the gradient of each coordinate is left. */
  private record Keeps(float first, float second) implements Regularizer {
    @Override
    public BoundRegularizer bind(RegularizerSite site) {
      return new NoPenalty(site) {
        @Override
        public Gradients constrained(Gradients g) {
          Operand<TFloat32> shares = site.tf().constant(new float[][] {{first}, {second}});
          return site.finishedTasks() == 0
              ? g
              : new Gradients(
                  g.tensors()
                      .mapNamed(
                          (name, x) ->
                              name.equals(LinearModel.W) ? site.tf().math.mul(x, shares) : x));
        }
      };
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void the_optimizer_receives_constrained_gradients_of_the_whole_step(int accumulation) {
    TaskLoop loop =
        loop(
            Seats.of(TaskLoops.SGD).with("0", new Keeps(0, 1)).with("1", new Keeps(1, 0.5f)),
            accumulation);
    double[] w = {START[0], START[1]};
    loop.train(StepListener.NONE);
    double[] g = gradient(w);
    w[0] -= 0.1 * g[0];
    w[1] -= 0.1 * g[1];
    assertThat(loop.weights().copy(LinearModel.W))
        .as("the first task, without a constraint")
        .containsExactly(new float[] {(float) w[0], (float) w[1]}, within(1e-5f));
    loop.train(StepListener.NONE);
    assertThat(loop.weights().copy(LinearModel.W))
        .as("the second task: nothing of the first coordinate, half of the second")
        .containsExactly(
            new float[] {(float) w[0], (float) (w[1] - 0.1 * 0.5 * gradient(w)[1])}, within(1e-5f));
  }

  @Test
  void a_constraint_that_loses_a_tensor_is_refused_by_its_rule() {
    Regularizer loses =
        site ->
            new NoPenalty(site) {
              @Override
              public Gradients constrained(Gradients g) {
                return new Gradients(
                    Tensors.of(Map.of(LinearModel.W, g.tensors().get(LinearModel.W))));
              }
            };
    TaskLoop loop = loop(Seats.of(TaskLoops.SGD).with("0-loses", loses), 1);
    assertThatThrownBy(() -> loop.train(StepListener.NONE))
        .isInstanceOf(RuleViolationException.class)
        .hasMessageContaining("'0-loses'")
        .hasMessageContaining("[w] instead of [w, idle] (rule REG-17)");
  }

  /** The penalty {@code d.w} with a drawn d. */
  private static BoundRegularizer towardsDrawn(RegularizerSite site, String name) {
    Ops tf = site.tf();
    return point ->
        tf.sum(
            tf.math.mul(
                point.at().tensors().get(LinearModel.W),
                site.drawn(name, Shape.of(2, 1), RegularizerStepsTest::twoNumbers)),
            tf.constant(new int[] {0, 1}));
  }

  private static float[] twoNumbers(RandomGenerator rng) {
    return new float[] {rng.nextFloat(), rng.nextFloat()};
  }

  @Test
  void a_drawn_tensor_is_the_same_in_every_task_and_next_to_other_regularizers() {
    float[] d = twoNumbers(Streams.stream(1, "regularizer/mine/w", 0, 0));
    float[] other = twoNumbers(Streams.stream(1, "regularizer/other/w", 0, 0));
    Seats alone = Seats.of(TaskLoops.SGD).with("0-mine", s -> towardsDrawn(s, "mine/w"));
    Seats second =
        Seats.of(TaskLoops.SGD)
            .with("0-other", s -> towardsDrawn(s, "other/w"))
            .with("1-mine", s -> towardsDrawn(s, "mine/w"));
    for (Seats seats : List.of(alone, second)) {
      TaskLoop loop = loop(seats, 1);
      double[] w = {START[0], START[1]};
      for (int t = 0; t < 2; t++) {
        loop.train(StepListener.NONE);
        double[] g = gradient(w);
        for (int i = 0; i < 2; i++) {
          w[i] -= 0.1 * (g[i] + d[i] + (seats == alone ? 0 : other[i]));
        }
        assertThat(loop.weights().copy(LinearModel.W))
            .as("task %d", t)
            .containsExactly(new float[] {(float) w[0], (float) w[1]}, within(1e-5f));
      }
    }
  }

  @Test
  void values_that_do_not_fill_a_drawn_tensor_are_refused() {
    Regularizer draws =
        site -> {
          site.drawn("mine/w", Shape.of(3, 1), RegularizerStepsTest::twoNumbers);
          throw new AssertionError();
        };
    TaskLoop loop = loop(Seats.of(TaskLoops.SGD).with("0-mine", draws), 1);
    assertThatThrownBy(() -> loop.train(StepListener.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2 values drawn for '0-mine/mine/w' of shape [3, 1]");
  }

  /** {@code |w|^2 / 2} from the first task on; notes the gradient of the data loss. */
  private static final class Notes implements Regularizer {
    private final boolean closed;
    private final boolean elsewhere;
    private final List<WeightSnapshot> noted = new ArrayList<>();

    Notes(boolean closed, boolean elsewhere) {
      this.closed = closed;
      this.elsewhere = elsewhere;
    }

    @Override
    public BoundRegularizer bind(RegularizerSite site) {
      Ops tf = site.tf();
      return new BoundRegularizer() {
        @Override
        public Operand<TFloat32> penalty(LossPoint point) {
          Tensors w = point.at().tensors();
          return tf.math.mul(tf.constant(0.5f), w.dot(tf, w));
        }

        @Override
        public Optional<Tensors> gradient(LossPoint point) {
          return closed ? Optional.of(point.at().tensors()) : Optional.empty();
        }

        @Override
        public void track(StepContext c, Updates updates) {
          var at = elsewhere ? c.params().plus(tf, c.params().tensors()) : c.params();
          Tensors sum = c.slots().old("g", c.params().tensors(), 0);
          Tensors g = c.oracle().at(at, EnumSet.of(Term.DATA)).gradients().tensors();
          c.slots().next("g", sum.plus(tf, g));
        }

        @Override
        public void afterTask(FinishedTask task) {
          noted.add(task.tracked("g"));
        }
      };
    }
  }

  private record Tracked(float[] gradient, long passes) {}

  private static Tracked tracked(Notes notes, int accumulation) {
    TaskLoop loop = loop(Seats.of(TaskLoops.SGD).with("0", notes), accumulation);
    loop.train(StepListener.NONE);
    long passes = loop.gradientPasses().orElseThrow();
    loop.train(StepListener.NONE);
    return new Tracked(notes.noted.get(0).copy(LinearModel.W), passes);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void who_tracks_reads_the_gradient_of_the_data_from_the_optimizers_pass(int accumulation) {
    double[] g = gradient(new double[] {START[0], START[1]});
    float[] expected = {(float) g[0], (float) g[1]};
    Tracked free = tracked(new Notes(true, false), accumulation);
    assertThat(free.gradient()).containsExactly(expected, within(1e-5f));
    assertThat(free.passes()).as("one step, one pass").isEqualTo(1);

    Tracked apart = tracked(new Notes(false, false), accumulation);
    assertThat(apart.gradient()).containsExactly(expected, within(1e-5f));
    assertThat(apart.passes())
        .as("data and penalty are differentiated together: a second pass")
        .isEqualTo(2);
  }

  @Test
  void another_point_takes_a_pass() {
    double[] g = gradient(new double[] {2 * START[0], 2 * START[1]});
    Tracked there = tracked(new Notes(true, true), 1);
    assertThat(there.gradient())
        .containsExactly(new float[] {(float) g[0], (float) g[1]}, within(1e-5f));
    assertThat(there.passes()).isEqualTo(2);
  }
}
