package io.github.palimpsest.replay;

import io.github.palimpsest.api.optimizer.Gradients;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.rehearsal.RehearsalProvider;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Averaged gradient episodic memory: a step must not raise the mean loss of the rehearsed examples,
 * to first order.
 *
 * <pre>
 *   g  where &lt;g, r&gt; &gt;= 0,  else  g - (&lt;g, r&gt; / |r|^2) r
 * </pre>
 *
 * <p>with {@code r} the gradient on the rehearsed examples; products are over all trainable
 * parameters together. The promise is about the gradient, and holds for the step of plain descent:
 * Adam averages and rescales it afterwards, and its step may raise that loss. Chaudhry et al. 2019,
 * arXiv:1812.00420, equation 11.
 */
record AveragedGem() implements ConstrainedReplay {

  static final RehearsalProvider PROVIDER =
      RehearsalProvider.of(
              "a-gem",
              "Averaged GEM: removes the part of each gradient that would raise the loss on kept examples",
              "g - min(<g, r>, 0) / |r|^2 r, with r the gradient on the rehearsed examples")
          .settings(
              RATIO,
              RehearsalSettings.CAPACITY,
              RehearsalSettings.BUDGET,
              RehearsalSettings.RING_POLICY)
          .traits(
              s ->
                  ConstrainedReplay.traits(
                      s,
                      "Chaudhry et al. 2019, Efficient lifelong learning with A-GEM, arXiv:1812.00420"))
          .creates(s -> ConstrainedReplay.of(s, new AveragedGem()));

  @Override
  public boolean perTask() {
    return false;
  }

  @Override
  public Gradients constrained(Ops tf, Gradients gradient, List<Gradients> references) {
    Tensors g = gradient.tensors();
    Tensors r = references.get(0).tensors();
    Operand<TFloat32> against = tf.math.minimum(g.dot(tf, r), tf.constant(0f));
    return new Gradients(g.minus(tf, r.scale(tf, tf.math.divNoNan(against, r.dot(tf, r)))));
  }
}
