package io.github.palimpsest.tck.rig;

import io.github.palimpsest.api.optimizer.Evaluated;
import io.github.palimpsest.api.optimizer.Examples;
import io.github.palimpsest.api.optimizer.Gradients;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.Term;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/**
 * The steps of an optimizer in a graph without a model, which never runs: the answers of the oracle
 * are inputs. Cheaper than an {@link OptimizerRig} by the passes of the model.
 */
public final class StepSketch {
  private final Bench bench = new Bench();
  private final RigFeeds feeds = new RigFeeds(bench);
  private final List<ParameterSpec> specs;
  private final Params params;
  private final Map<String, RigContext.Slot> slots = new TreeMap<>();
  private final List<Operand<?>> outputs = new ArrayList<>();
  private final StringBuilder told = new StringBuilder();

  private StepSketch(List<ParameterSpec> specs) {
    this.specs = specs;
    this.params = Params.of(bench.parameters(specs));
  }

  /**
   * A digest of all that a step does: what each phase computes, asks and keeps, the first values of
   * slots, and schedules.
   *
   * @param specs the parameters
   * @param from their values before the first step
   */
  public static String digest(List<ParameterSpec> specs, Named from, Optimizer optimizer) {
    StepSketch sketch = new StepSketch(specs);
    try (Bench bench = sketch.bench) {
      for (int phase = 0; phase < optimizer.phases(); phase++) {
        sketch.build(optimizer, phase);
      }
      sketch.slots.forEach(
          (name, slot) ->
              sketch.told.append(name).append(Arrays.hashCode(slot.initial(from))).append(' '));
      return sketch.told + sketch.feeds.told() + bench.digest(sketch.outputs);
    }
  }

  private void build(Optimizer optimizer, int phase) {
    Map<String, Operand<TFloat32>> next = new TreeMap<>();
    RigContext context =
        new RigContext(bench, params, specs, this::answer, phase, "", slots, next, feeds);
    outputs.addAll(optimizer.updates(context).tensors().byName().values());
    outputs.addAll(next.values());
    told.append(next.keySet()).append('\n');
  }

  private Evaluated answer(Params point, Set<Term> terms, Examples of) {
    told.append(new TreeSet<>(terms)).append(point.sampledLabels()).append(of.passes()).append(' ');
    asked(point);
    point.logitGradientAt().ifPresent(this::asked);
    if (of instanceof Examples.Rising rising) {
      told.append(rising.share());
      asked(rising.from());
      asked(rising.to());
    } else {
      told.append(of);
    }
    return Evaluated.of(
        bench.floats(Shape.scalar()),
        new Gradients(bench.parameters(specs)),
        bench.tf().constant((float) of.fraction()));
  }

  private void asked(Params point) {
    outputs.addAll(point.tensors().byName().values());
  }
}
