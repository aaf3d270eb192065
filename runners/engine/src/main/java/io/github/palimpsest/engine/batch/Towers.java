package io.github.palimpsest.engine.batch;

import io.github.palimpsest.api.model.BatchTensors;
import io.github.palimpsest.api.model.Classes;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.StepNoise;
import io.github.palimpsest.api.parameter.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * A model whose pass on a batch is built in several parts, the towers, each of a share of the
 * examples. The runtime computes them side by side, so that as many cores have work as there are
 * towers, and the values of a tower are more often in a core's own cache. The values of an example
 * are those of a single pass; a gradient with respect to a weight becomes a sum over the towers.
 */
public final class Towers {
  private final Model model;
  private final int count;

  /** The tower that is being built. */
  private int current;

  /**
   * @param count number of towers; with 1, the passes are the model's own
   */
  public Towers(Model model, int count) {
    this.model = model;
    this.count = count;
  }

  /** A single pass on all examples. */
  public static Towers one(Model model) {
    return new Towers(model, 1);
  }

  /** The parameters of the model. */
  public List<ParameterSpec> parameters() {
    return model.parameters();
  }

  /** Noise that is independent in each tower. */
  public StepNoise ofEachTower(StepNoise noise) {
    return (name, like) -> noise.uniform(current == 0 ? name : name + "/tower " + current, like);
  }

  /** The pass on a batch, as {@link Model#forward}. */
  public Forward forward(Ops tf, Weights at, BatchTensors batch) {
    if (count == 1) {
      return model.forward(tf, at, batch);
    }
    List<Forward> passes = new ArrayList<>();
    for (BatchTensors share : shares(tf, batch)) {
      current = passes.size();
      passes.add(model.forward(tf, at, share));
    }
    current = 0;
    return joined(tf, passes);
  }

  /** Consecutive examples; some shares are empty if there are fewer examples than towers. */
  private List<BatchTensors> shares(Ops tf, BatchTensors batch) {
    Operand<TInt32> first = tf.constant(0);
    String input = model.inputs().get(0).name();
    Operand<?> any =
        switch (model.inputs().get(0).type()) {
          case INT32 -> batch.ints(input);
          case FLOAT32 -> batch.floats(input);
        };
    Operand<TInt32> examples = tf.gather(tf.shape(any), first, first);
    List<Operand<TInt32>> ends =
        IntStream.rangeClosed(0, count)
            .<Operand<TInt32>>mapToObj(
                t -> tf.math.floorDiv(tf.math.mul(examples, tf.constant(t)), tf.constant(count)))
            .toList();
    return IntStream.range(0, count)
        .<BatchTensors>mapToObj(
            t ->
                new SelectedRows(tf, batch, tf.range(ends.get(t), ends.get(t + 1), tf.constant(1))))
        .toList();
  }

  private static Forward joined(Ops tf, List<Forward> passes) {
    Forward first = passes.get(0);
    Forward all =
        Forward.of(
                joined(tf, passes, Forward::lossPerExample),
                joined(tf, passes, Forward::weightPerExample),
                joined(tf, passes, Forward::logits))
            .weighing(joined(tf, passes, Forward::weightPerPrediction));
    if (first.labels().isPresent()) {
      all = all.predicting(joined(tf, passes, f -> f.labels().orElseThrow()));
    } else if (first.logitGradient(tf).isPresent()) {
      all = all.differentiating(joined(tf, passes, f -> f.logitGradient(tf).orElseThrow()));
    }
    if (first.classes().isPresent()) {
      all = all.classifying(classes(tf, passes));
    }
    return all;
  }

  private static <T extends TType> Operand<T> joined(
      Ops tf, List<Forward> passes, Function<Forward, Operand<T>> part) {
    return tf.concat(passes.stream().map(part).toList(), tf.constant(0));
  }

  private static Classes classes(Ops tf, List<Forward> passes) {
    Classes first = passes.get(0).classes().orElseThrow();
    return first.possible().isEmpty()
        ? first
        : new JoinedClasses(
            first, joined(tf, passes, f -> f.classes().flatMap(Classes::possible).orElseThrow()));
  }

  /** The classes of all towers, which differ only in what an example can have. */
  private record JoinedClasses(Classes first, Operand<TFloat32> ofAll) implements Classes {
    @Override
    public Optional<Operand<TFloat32>> possible() {
      return Optional.of(ofAll);
    }

    @Override
    public List<List<Integer>> heads(int tasks) {
      return first.heads(tasks);
    }

    @Override
    public Operand<TFloat32> masked(Ops tf, Operand<TFloat32> logits) {
      return Classes.ofKnownTasks(List.of(), ofAll).masked(tf, logits);
    }
  }
}
