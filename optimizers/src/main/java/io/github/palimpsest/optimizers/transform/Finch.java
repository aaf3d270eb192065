package io.github.palimpsest.optimizers.transform;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.optimizer.Evaluated;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.optimizer.Wrapper;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A loss-adaptive learning rate over any base optimizer: what a step can make a model forget is
 * bounded by the learning rate times the root of the loss, so the rate goes with one over that
 * root.
 *
 * <pre>
 *   update = min(most, sqrt(reference / loss)) * u(grad(w))
 * </pre>
 *
 * <p>Prashant, Zhu, Creo and Salimi 2026, arXiv:2605.20005, by its abstract: less on batches of
 * high loss, more as training converges. The paper's own schedule was not at hand; this one keeps
 * the bound the same for every batch, up to {@code most}. The loss is that of the step's first
 * gradient, penalties included where the base asks for them; the base's whole update is scaled, its
 * decay with it. Rules OPT-01 to OPT-04.
 */
record Finch(Optimizer base, double reference, double most) implements Wrapper {
  static final Setting<Double> REFERENCE =
      Setting.real(
          "reference",
          1,
          1e-30,
          Double.MAX_VALUE,
          "loss at which a step is that of the base, in nats a token");
  static final Setting<Double> MOST =
      Setting.real("most", 4, 0, Double.MAX_VALUE, "largest factor, however small the loss");

  /** Keeps the root of a loss of 0 finite. */
  private static final float SMALLEST = 1e-30f;

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "finch",
              "FINCH: smaller steps on batches of high loss, which would make the model forget most",
              "base step times min(most, sqrt(reference / loss))")
          .settings(REFERENCE, MOST, BASE)
          .traits(
              s ->
                  Wrapper.traits(
                      s,
                      1,
                      0,
                      "Prashant, Zhu, Creo and Salimi 2026, Fine-tuning without forgetting via"
                          + " loss-adaptive learning rates (arXiv:2605.20005)"))
          .creates(s -> new Finch(s.get(BASE), s.get(REFERENCE), s.get(MOST)));

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    List<Operand<TFloat32>> losses = new ArrayList<>();
    Updates u =
        base.updates(
            Wrapper.inner(c)
                .withOracle(
                    (w, terms, of) -> {
                      Evaluated at = c.oracle().at(w, terms, of);
                      losses.add(at.loss());
                      return at;
                    }));
    if (losses.isEmpty()) {
      return u;
    }
    Operand<TFloat32> loss = tf.math.maximum(losses.get(0), tf.constant(SMALLEST));
    Operand<TFloat32> factor =
        tf.math.minimum(
            tf.constant((float) most),
            tf.math.sqrt(tf.math.div(tf.constant((float) reference), loss)));
    return new Updates(u.tensors().scale(tf, factor));
  }
}
