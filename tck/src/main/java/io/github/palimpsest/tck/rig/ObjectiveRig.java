package io.github.palimpsest.tck.rig;

import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.optimizer.Gradients;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.rehearsal.GradientConstraint;
import io.github.palimpsest.api.rehearsal.RehearsalLoss;
import io.github.palimpsest.api.rehearsal.RehearsalObjective;
import io.github.palimpsest.api.rehearsal.RehearsedBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The objective of a rehearsal in a graph that never runs. */
public final class ObjectiveRig {
  /** Finished tasks of a constraint that has a reference for each. */
  private static final int TASKS = 2;

  private ObjectiveRig() {}

  /** A digest of the loss, or of the constrained gradient. */
  public static String digest(RehearsalObjective objective) {
    MiniLlama model = new MiniLlama(1);
    try (Bench bench = new Bench()) {
      return objective instanceof RehearsalLoss loss
          ? loss(bench, model, loss)
          : constraint(bench, model, (GradientConstraint) objective);
    }
  }

  private static String loss(Bench bench, MiniLlama model, RehearsalLoss loss) {
    Ops tf = bench.tf();
    Map<String, Operand<?>> inputs = bench.inputs(model);
    PlainWeights weights = new PlainWeights(tf, bench.parameters(model.parameters()));
    Forward forward = model.forward(tf, weights, Bench.batch(inputs));
    StringBuilder all = new StringBuilder();
    for (RehearsalLoss.Mean mean : loss.means(tf, forward, new Batch(bench, new TreeMap<>()))) {
      all.append(mean.factor()).append(' ');
      all.append(bench.digest(List.of(mean.sum(), mean.weight())));
    }
    return all.toString();
  }

  private static String constraint(Bench bench, MiniLlama model, GradientConstraint constraint) {
    Gradients g = new Gradients(bench.parameters(model.parameters()));
    int references = constraint.perTask() ? TASKS : 1;
    List<Gradients> all =
        Stream.generate(() -> new Gradients(bench.parameters(model.parameters())))
            .limit(references)
            .toList();
    Tensors constrained = constraint.constrained(bench.tf(), g, all).tensors();
    List<Operand<?>> outputs = new ArrayList<>(constrained.byName().values());
    return references + " " + bench.digest(outputs);
  }

  /**
   * Rehearsed examples.
   *
   * @param bench where to build
   * @param attached the added fields that were asked for
   */
  private record Batch(Bench bench, Map<String, Operand<TFloat32>> attached)
      implements RehearsedBatch {
    @Override
    public Operand<TFloat32> rehearsed() {
      return attached.computeIfAbsent("", f -> bench.floats(Shape.of(-1)));
    }

    @Override
    public Operand<TFloat32> attached(String field) {
      return attached.computeIfAbsent(field, f -> bench.floats(Shape.of(-1, -1, -1)));
    }
  }
}
