package io.github.palimpsest.engine;

import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.weights.DenseWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Runs of {@link TaskLoop} on a model of two weights, whose every part matters. */
final class TaskLoops {
  private TaskLoops() {}

  static final Training TRAINING = new Training(3, 0, 4, 1, 2);
  static final WeightSnapshot START = LinearModel.weights(1, -2);

  static final List<TaskData> TASKS = List.of(task(0), task(1), task(2));

  /** Descent with momentum and noise, so that slots, step counts and streams all matter. */
  static final Optimizer NOISY =
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

  static final Optimizer SGD =
      c ->
          new Updates(
              c.oracle().gradient(c.params()).tensors().scale(c.tf(), c.tf().constant(-0.1f)));

  static TaskData task(int index) {
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
    return TaskData.of(index, "task " + index, examples);
  }

  /** {@code 1/2 sum F (w - anchor)^2} with both remembered: all that a checkpoint must carry. */
  static final class Anchor implements Regularizer {
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
  static final class OneKept implements Rehearsal {
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
  record Delta(boolean mergesAfterTask) implements Adapter {
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

  static Seats everything() {
    return Seats.of(NOISY)
        .with("0-anchor", new Anchor())
        .with(new OneKept())
        .with(new Delta(false));
  }

  static TaskLoop loop(Seats strategy, @Nullable Path folder) {
    return loop(strategy, 5, TASKS, folder);
  }

  static TaskLoop loop(Seats strategy, long seed, List<TaskData> tasks, @Nullable Path folder) {
    return new TaskLoop(
        new LinearModel(), START, strategy, TRAINING, seed, tasks, Device.CPU, folder);
  }

  static float[] run(TaskLoop loop, StepListener listener) {
    while (loop.trainedTasks() < TASKS.size()) {
      loop.train(listener);
      loop.weights();
    }
    return loop.weights().copy(LinearModel.W);
  }
}
