package io.github.palimpsest.optimizers.selective;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.optimizer.Wrapper;
import io.github.palimpsest.api.parameter.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.NthElement;
import org.tensorflow.types.TFloat32;

/**
 * Momentum-filtered optimization over any base optimizer: of each matrix only the elements with the
 * largest momentum move:
 *
 * <pre>
 *   m = beta m + (1 - beta) g
 *   w = w + u where |m| is among the top fraction of its tensor, w elsewhere
 * </pre>
 *
 * <p>Chen et al. 2025, arXiv:2407.20999, where the base is Adam and beta its beta1. Vectors move as
 * a whole, as in the authors' code. The whole update of the base is left out, its decay with it;
 * the authors' code decays every weight. Elements that tie with the last chosen one are chosen too.
 * Rules OPT-01 to OPT-04.
 */
record MoFo(Optimizer base, double fraction, double beta) implements Wrapper {
  static final Setting<Double> FRACTION =
      Setting.real(
          "fraction", 0.15, Double.MIN_NORMAL, 1, "share of a matrix that moves at a step");
  static final Setting<Double> BETA =
      Setting.real("beta", 0.9, 0, Math.nextDown(1.0), "decay of the momentum that chooses");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "mofo",
              "MoFO: moves only the elements of each matrix with the largest momentum",
              "m = beta m + (1 - beta) g; w += u where |m| is in the top fraction of its tensor")
          .settings(FRACTION, BETA, BASE)
          .traits(
              s ->
                  Wrapper.traits(
                      s,
                      1,
                      1,
                      "Chen et al. 2025, MoFO: momentum-filtered optimizer for mitigating forgetting in"
                          + " LLM fine-tuning (arXiv:2407.20999)"))
          .creates(MoFo::create);

  private static MoFo create(Settings s) {
    Wrapper.requireOneGradient("mofo", s);
    return new MoFo(s.get(BASE), s.get(FRACTION), s.get(BETA));
  }

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    List<Tensors> gradients = new ArrayList<>();
    Tensors u =
        base.updates(
                Wrapper.inner(c)
                    .withOracle(
                        (w, terms, of) -> {
                          var at = c.oracle().at(w, terms, of);
                          gradients.add(at.gradients().tensors());
                          return at;
                        }))
            .tensors();
    Tensors g = Wrapper.only(gradients, "mofo");
    Tensors m =
        c.slots()
            .old("momentum", c.params().tensors(), 0)
            .scale(tf, tf.constant((float) beta))
            .plus(tf, g.scale(tf, tf.constant((float) (1 - beta))));
    c.slots().next("momentum", m);
    return new Updates(
        u.mapNamed(
            (name, x) -> {
              long size = c.params().tensors().get(name).shape().size();
              boolean matrix = c.params().tensors().get(name).shape().numDimensions() >= 2;
              return matrix ? tf.math.mul(x, chosen(tf, m.get(name), size)) : x;
            }));
  }

  /** 1 where |m| is at least the k-th largest, 0 elsewhere. */
  private Operand<TFloat32> chosen(Ops tf, Operand<TFloat32> m, long size) {
    int k = (int) Math.max(1, Math.round(fraction * size));
    Operand<TFloat32> sizes = tf.math.abs(m);
    Operand<TFloat32> least =
        tf.nn.nthElement(
            tf.reshape(sizes, tf.constant(new int[] {-1})),
            tf.constant(k - 1),
            NthElement.reverse(true));
    return tf.dtypes.cast(tf.math.greaterEqual(sizes, least), TFloat32.class);
  }
}
