package io.github.palimpsest.optimizers.selective;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.optimizer.Wrapper;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Half fine-tuning over any base optimizer: in each layer a random share of the matrices moves, the
 * others keep their weights for the whole task, and the next task draws anew:
 *
 * <pre>
 *   w = w + b u,   b = 1 for the n - floor(frozen n) of a layer's n matrices drawn last, else 0
 * </pre>
 *
 * <p>Hui et al. 2024, arXiv:2404.18466. Matrices outside of any layer form one more group; vectors
 * always move. The draw is made at the first step of a task from its random stream and is kept as
 * state. Rules OPT-01 to OPT-10.
 */
record HalfFineTuning(Optimizer base, double frozen) implements Wrapper {
  static final Setting<Double> FROZEN =
      Setting.real("frozen", 0.5, 0, 1, "share of the matrices of a layer that stay, by number");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "half-fine-tuning",
              "HFT: a random half of each layer's matrices stays as it is during a task",
              "w += b u; b = 0 for floor(frozen n) of the n matrices of a layer, drawn anew each task")
          .settings(FROZEN, BASE)
          .traits(
              s ->
                  Wrapper.traits(
                      s,
                      1,
                      0,
                      "Hui et al. 2024, HFT: half fine-tuning for large language models"
                          + " (arXiv:2404.18466)"))
          .creates(s -> new HalfFineTuning(s.get(BASE), s.get(FROZEN)));

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Tensors u = base.updates(Wrapper.inner(c)).tensors();
    Map<String, Operand<TFloat32>> moving = moving(c);
    return new Updates(
        u.mapNamed((name, x) -> moving.containsKey(name) ? tf.math.mul(x, moving.get(name)) : x));
  }

  /** 1 or 0 for each matrix. */
  private Map<String, Operand<TFloat32>> moving(StepContext c) {
    Ops tf = c.tf();
    Map<String, List<ParameterSpec>> layers = new TreeMap<>();
    c.specs().stream()
        .filter(p -> p.shape().rank() >= 2)
        .forEach(
            p ->
                layers
                    .computeIfAbsent("layer " + p.layer(), l -> new java.util.ArrayList<>())
                    .add(p));
    Map<String, Operand<TFloat32>> drawn = new LinkedHashMap<>();
    layers.forEach((layer, ps) -> drawn.put(layer, tf.constant(new float[ps.size()])));
    if (drawn.isEmpty()) {
      return Map.of();
    }
    Operand<TFloat32> first = c.scheduled((step, total) -> step == 0 ? 1 : 0);
    Operand<TFloat32> later = c.scheduled((step, total) -> step == 0 ? 0 : 1);
    Tensors noise = c.gaussian("half-fine-tuning", Tensors.of(drawn));
    Tensors kept =
        c.slots().old("draw", noise, 0).scale(tf, later).plus(tf, noise.scale(tf, first));
    c.slots().next("draw", kept);
    Map<String, Operand<TFloat32>> moving = new LinkedHashMap<>();
    layers.forEach(
        (layer, ps) -> {
          Operand<TFloat32> ones = largest(tf, kept.get(layer), ps.size());
          for (int i = 0; i < ps.size(); i++) {
            moving.put(ps.get(i).name(), tf.gather(ones, tf.constant(i), tf.constant(0)));
          }
        });
    return moving;
  }

  /** 1 for the largest draws, as many as move, and 0 for the others. */
  private Operand<TFloat32> largest(Ops tf, Operand<TFloat32> draws, int n) {
    int k = n - (int) Math.floor(frozen * n);
    if (k == 0) {
      return tf.zerosLike(draws);
    }
    Operand<TFloat32> least =
        tf.min(tf.nn.topK(draws, tf.constant(k), TInt32.class).values(), tf.constant(0));
    return tf.dtypes.cast(tf.math.greaterEqual(draws, least), TFloat32.class);
  }
}
