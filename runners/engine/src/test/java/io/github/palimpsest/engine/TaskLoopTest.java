package io.github.palimpsest.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.Adapter;
import io.github.palimpsest.api.BoundAdapter;
import io.github.palimpsest.api.BoundRegularizer;
import io.github.palimpsest.api.Example;
import io.github.palimpsest.api.FinishedTask;
import io.github.palimpsest.api.LossPoint;
import io.github.palimpsest.api.Optimizer;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.ParameterSpec;
import io.github.palimpsest.api.Params;
import io.github.palimpsest.api.Regularizer;
import io.github.palimpsest.api.RegularizerSite;
import io.github.palimpsest.api.Rehearsal;
import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.TaskData;
import io.github.palimpsest.api.Tensors;
import io.github.palimpsest.api.Updates;
import io.github.palimpsest.api.WeightSnapshot;
import io.github.palimpsest.api.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class TaskLoopTest {
  private static final Training TRAINING = new Training(3, 0, 4, 1, 0, 2);
  private static final WeightSnapshot START = LinearModel.weights(1, -2);

  private static final List<TaskData> TASKS = List.of(task(0), task(1), task(2));

  /** Descent with momentum and noise, so that slots, step counts and streams all matter. */
  private static final Optimizer NOISY =
      c -> {
        Ops tf = c.tf();
        Tensors old = c.slots().old("momentum", c.params().tensors(), 0);
        Tensors g = c.oracle().gradient(c.params()).tensors();
        Tensors m = old.scale(tf, tf.constant(0.9f)).plus(tf, g);
        c.slots().next("momentum", m);
        Tensors noise = c.gaussian("noise", c.params().tensors()).scale(tf, tf.constant(0.01f));
        Operand<TFloat32> lr = c.scheduled((step, total) -> -0.05 * (1 - (double) step / total));
        return new Updates(m.plus(tf, noise).scale(tf, lr));
      };

  private static final Optimizer SGD =
      c ->
          new Updates(
              c.oracle().gradient(c.params()).tensors().scale(c.tf(), c.tf().constant(-0.1f)));

  private static TaskData task(int index) {
    List<Example> examples = new ArrayList<>();
    RandomGenerator rng = Streams.stream(99, "data", index, 0);
    for (int i = 0; i < 10; i++) {
      examples.add(
          LinearModel.example(
              "t" + index + "/" + i,
              1 + rng.nextInt(4),
              (float) rng.nextGaussian(),
              (float) rng.nextGaussian(),
              (float) (rng.nextGaussian() + index)));
    }
    return new TaskData(index, "task " + index, examples);
  }

  /** {@code 1/2 sum F (w - anchor)^2} with both remembered: all that a checkpoint must carry. */
  private static final class Anchor implements Regularizer {
    @Override
    public BoundRegularizer bind(RegularizerSite site) {
      return new BoundRegularizer() {
        @Override
        public Operand<TFloat32> penalty(LossPoint p) {
          Ops tf = site.tf();
          if (!site.memories().contains("anchor")) {
            return tf.constant(0f);
          }
          Tensors moved = p.at().tensors().minus(tf, site.memory("anchor"));
          return tf.math.mul(
              tf.constant(0.5f), site.memory("fisher").dot(tf, moved.times(tf, moved)));
        }

        @Override
        public void afterTask(FinishedTask t) {
          t.remember("anchor", t.weights());
          t.remember("fisher", t.meanSquaredGradient(5));
        }
      };
    }
  }

  /** Repeats one kept example at the end of every batch. */
  private static final class OneKept implements Rehearsal {
    private final List<Example> kept = new ArrayList<>();

    @Override
    public Iterator<List<Example>> epoch(TaskData current, int batchSize, RandomGenerator rng) {
      return current.shuffledBatches(batchSize, rng).stream()
          .map(
              b -> {
                List<Example> more = new ArrayList<>(b);
                more.addAll(kept);
                return more;
              })
          .iterator();
    }

    @Override
    public void afterTask(TaskData task, RandomGenerator rng) {
      kept.add(task.examples().get(rng.nextInt(task.examples().size())));
    }

    @Override
    public byte[] state() {
      var bytes = new java.io.ByteArrayOutputStream();
      try (var out = new java.io.DataOutputStream(bytes)) {
        out.writeInt(kept.size());
        for (Example e : kept) {
          e.write(out);
        }
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      return bytes.toByteArray();
    }

    @Override
    public void restore(byte[] state) {
      kept.clear();
      try (var in = new java.io.DataInputStream(new java.io.ByteArrayInputStream(state))) {
        for (int n = in.readInt(); n > 0; n--) {
          kept.add(Example.read(in));
        }
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** {@code W + delta} on the kernel; the bias stays frozen. */
  private record Delta(boolean mergesAfterTask) implements Adapter {
    static final String DELTA = "delta";

    @Override
    public BoundAdapter bind(List<ParameterSpec> base) {
      return new BoundAdapter() {
        @Override
        public List<ParameterSpec> trainable() {
          return List.of(new ParameterSpec(DELTA, Shape.of(2, 1), ParameterSpec.Role.ADAPTER));
        }

        @Override
        public WeightSnapshot initial(WeightSnapshot base, RandomGenerator rng) {
          return WeightSnapshot.of(
              Map.of(DELTA, Shape.of(2, 1)), Map.of(DELTA, new float[] {0, 0}));
        }

        @Override
        public Weights effective(Ops tf, Params trainable, Weights base) {
          return new DenseWeights(
              tf,
              Tensors.of(
                  Map.of(
                      LinearModel.W,
                      tf.math.add(base.dense(LinearModel.W), trainable.tensors().get(DELTA)),
                      LinearModel.IDLE,
                      base.dense(LinearModel.IDLE))));
        }

        @Override
        public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot base) {
          TreeMap<String, Shape> shapes = new TreeMap<>();
          base.names().forEach(n -> shapes.put(n, base.shape(n)));
          return WeightSnapshot.computed(
              shapes,
              name -> {
                float[] w = base.copy(name);
                if (name.equals(LinearModel.W)) {
                  float[] d = trainable.copy(DELTA);
                  w[0] += d[0];
                  w[1] += d[1];
                }
                return w;
              });
        }
      };
    }
  }

  private static Strategy everything() {
    return Strategy.of(NOISY)
        .with("0-anchor", new Anchor())
        .with(new OneKept())
        .with(new Delta(false));
  }

  private static TaskLoop loop(Strategy strategy, @Nullable Path folder) {
    return new TaskLoop(new LinearModel(), START, strategy, TRAINING, 5, TASKS, Device.CPU, folder);
  }

  private static float[] run(TaskLoop loop, StepListener listener) {
    while (loop.trainedTasks() < TASKS.size()) {
      loop.train(listener);
      loop.weights();
    }
    return loop.weights().copy(LinearModel.W);
  }

  @Test
  void the_same_run_twice_gives_the_same_bits() {
    assertThat(run(loop(everything(), null), StepListener.NONE))
        .containsExactly(run(loop(everything(), null), StepListener.NONE));
  }

  @Test
  void a_run_interrupted_at_any_step_ends_with_the_same_bits(@TempDir Path folder) {
    float[] uninterrupted = run(loop(everything(), null), StepListener.NONE);
    for (int stopAt : new int[] {1, 3, 4, 9, 11, 14, 18, 26}) {
      Path own = folder.resolve("stop-" + stopAt);
      int[] seen = {0};
      assertThatThrownBy(
              () ->
                  run(
                      loop(everything(), own),
                      (task, step, total, loss) -> {
                        if (++seen[0] == stopAt) {
                          throw new IllegalStateException("killed");
                        }
                      }))
          .hasMessage("killed");
      int[] again = {0};
      assertThat(run(loop(everything(), own), (task, step, total, loss) -> again[0]++))
          .as("killed at step %d of 27", stopAt)
          .containsExactly(uninterrupted);
      assertThat(again[0])
          .as("steps repeated after a kill at step %d: at most those since a checkpoint", stopAt)
          .isLessThanOrEqualTo(27 - stopAt + 2);
    }
  }

  @Test
  void the_fisher_is_the_mean_over_single_examples_of_the_squared_gradient() {
    TaskData one =
        new TaskData(
            0,
            "one",
            List.of(LinearModel.example("a", 1, 1, 0, 2), LinearModel.example("b", 3, 2, 1, 1)));
    TaskStart start =
        TaskStart.first(
            new LinearModel(),
            START,
            Strategy.of(SGD).with("a", new Anchor()),
            Training.epochs(1, 1),
            1,
            Device.CPU);
    try (TaskGraph graph = new TaskGraph(start);
        org.tensorflow.Session session = graph.session()) {
      float[] fisher =
          graph.finish(session, one.examples()).get("a").get("fisher").copy(LinearModel.W);
      // w = (1, -2); example a: n (x.w - y) x = 1 (1 - 2) (1, 0); example b: 3 (2 - 2 - 1) (2, 1)
      double[] a = {-1, 0};
      double[] b = {-6, -3};
      assertThat(fisher)
          .containsExactly(
              new float[] {
                (float) ((a[0] * a[0] + b[0] * b[0]) / 2), (float) ((a[1] * a[1] + b[1] * b[1]) / 2)
              },
              within(1e-4f));
    }
  }

  @Test
  void a_kept_adapter_goes_on_and_its_base_stays_frozen() {
    TaskLoop kept = loop(Strategy.of(SGD).with(new Delta(false)), null);
    TaskLoop plain = loop(Strategy.of(SGD), null);
    assertThat(run(kept, StepListener.NONE))
        .as("descent on W + delta is descent on W")
        .containsExactly(run(plain, StepListener.NONE), within(1e-5f));
  }

  @Test
  void an_adapter_merged_after_each_task_starts_the_next_from_the_merged_weights() {
    assertThat(run(loop(Strategy.of(SGD).with(new Delta(true)), null), StepListener.NONE))
        .containsExactly(run(loop(Strategy.of(SGD), null), StepListener.NONE), within(1e-5f));
  }

  @Test
  void a_merger_acts_after_each_task_or_after_the_last_alone() {
    List<Integer> each = new ArrayList<>();
    List<Integer> last = new ArrayList<>();
    Strategy both =
        Strategy.of(SGD)
            .with(
                new Strategy.Merge(
                    h -> {
                      each.add(h.taskIndex());
                      return h.beforeTask();
                    },
                    false))
            .with(
                new Strategy.Merge(
                    h -> {
                      last.add(h.taskIndex());
                      return h.afterTask();
                    },
                    true));
    float[] end = run(loop(both, null), StepListener.NONE);
    assertThat(each).as("tasks seen by the merger of each task").contains(0, 1, 2);
    assertThat(last).as("tasks seen by the merger of the last").containsOnly(2);
    assertThat(end)
        .as("a merger that gives back the weights before each task undoes all training")
        .containsExactly(START.copy(LinearModel.W));
  }

  @Test
  void a_damaged_checkpoint_is_named_and_refused(@TempDir Path folder) throws IOException {
    TaskLoop first = loop(everything(), folder);
    first.train(StepListener.NONE);
    Path file = folder.resolve("task.checkpoint");
    byte[] bytes = Files.readAllBytes(file);
    byte[] flipped = bytes.clone();
    flipped[bytes.length / 2] ^= 1;
    Files.write(file, flipped);
    assertThatThrownBy(() -> loop(everything(), folder))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining(file.toString());
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 9));
    assertThatThrownBy(() -> loop(everything(), folder))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("truncated");
  }

  @Test
  void a_task_without_examples_is_refused_by_name() {
    assertThatThrownBy(
            () ->
                new TaskLoop(
                    new LinearModel(),
                    START,
                    Strategy.of(SGD),
                    TRAINING,
                    5,
                    List.of(new TaskData(0, "void", List.of())),
                    Device.CPU,
                    null))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("'void'");
  }

  @Test
  void runs_that_differ_in_later_components_alone_share_the_first_task(@TempDir Path folder)
      throws IOException {
    TaskLoop plain = loop(Strategy.of(NOISY), folder.resolve("plain"));
    plain.train(StepListener.NONE);
    Path shared = Files.createDirectories(folder.resolve("shared"));
    Files.copy(folder.resolve("plain/task.checkpoint"), shared.resolve("task.checkpoint"));
    TaskLoop continued = loop(later(), shared);
    assertThat(continued.trainedTasks()).isEqualTo(1);
    assertThat(run(continued, StepListener.NONE))
        .as("as if the first task had been trained with the later components present")
        .containsExactly(run(loop(later(), null), StepListener.NONE));
  }

  private static Strategy later() {
    return Strategy.of(NOISY).with("0-anchor", new Anchor()).with(new OneKept());
  }

  @Test
  void a_checkpoint_of_another_seed_is_refused(@TempDir Path folder) {
    loop(Strategy.of(SGD), folder).train(StepListener.NONE);
    assertThatThrownBy(
            () ->
                new TaskLoop(
                    new LinearModel(),
                    START,
                    Strategy.of(SGD),
                    TRAINING,
                    6,
                    TASKS,
                    Device.CPU,
                    folder))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("seed 5, not 6");
  }

  @Test
  void a_merger_that_would_end_a_remembered_adapter_is_refused() {
    Strategy remembered = Strategy.of(SGD).with("0-anchor", new Anchor());
    Strategy.Merge eachTask = new Strategy.Merge(h -> h.afterTask(), false);
    assertThatThrownBy(() -> remembered.with(new Delta(false)).with(eachTask))
        .isInstanceOf(RuleViolationException.class)
        .hasMessageContaining("0-anchor")
        .hasMessageContaining("rule restarts");
    assertThat(remembered.with(eachTask).mergers()).as("without an adapter").hasSize(1);
    assertThat(remembered.with(new Delta(true)).with(eachTask).mergers())
        .as("an adapter that is meant to end")
        .hasSize(1);
  }
}
