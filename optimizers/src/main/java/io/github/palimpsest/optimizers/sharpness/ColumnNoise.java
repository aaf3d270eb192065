package io.github.palimpsest.optimizers.sharpness;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.WeightSpace;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.TFloat32;

/**
 * Noise as large as the weights that it moves:
 *
 * <pre>
 *   e_ij = s_t |w_j| / sqrt(n) z_ij,   z standard normal,   s_t = rho (1 - cos(pi t / T)) / 2
 * </pre>
 *
 * <p>where w_j is the column of a kernel that makes output j, or the row of a table for token j,
 * and n its length (Li et al. 2024, arXiv:2409.14396; kernels are transposed there). It comes from
 * the step's random stream and is never kept. Vectors are not moved.
 *
 * @param rho size of the noise against what it moves
 * @param rising whether it rises from 0 to rho over the task
 */
record ColumnNoise(double rho, boolean rising) {
  static final Setting<Double> RHO =
      Setting.real(
          "rho", 0.05, 0, Double.MAX_VALUE, "size of the noise against the column that it moves");
  static final Setting<Boolean> RISING =
      Setting.flag("rising", true, "let the noise rise from 0 to rho over the task");

  static ColumnNoise of(Settings s) {
    return new ColumnNoise(s.get(RHO), s.get(RISING));
  }

  /** s_t. */
  Operand<TFloat32> size(StepContext c) {
    return c.scheduled(
        (step, total) ->
            rising ? rho * (1 - Math.cos(Math.PI * step / Math.max(1, total))) / 2 : rho);
  }

  /** e at a point of a space. */
  Tensors at(StepContext c, WeightSpace space, Params point, Operand<TFloat32> size) {
    Ops tf = c.tf();
    Map<String, Operand<TFloat32>> matrices = new LinkedHashMap<>();
    Map<String, Operand<TFloat32>> sizes = new LinkedHashMap<>();
    Tensors w = space.weights(point);
    for (ParameterSpec p : space.specs()) {
      if (p.shape().rank() == 2) {
        boolean table = p.role() == Role.EMBEDDING || p.role() == Role.HEAD;
        Operand<TFloat32> x = w.get(p.name());
        Operand<TFloat32> squares =
            table
                ? tf.reduceSum(tf.math.square(x), tf.constant(1), ReduceSum.keepDims(true))
                : space.columnSquares(point, p.name());
        float share = (float) (1 / Math.sqrt(p.shape().get(table ? 1 : 0)));
        matrices.put(p.name(), x);
        sizes.put(
            p.name(), tf.math.mul(tf.math.mul(size, tf.constant(share)), tf.math.sqrt(squares)));
      }
    }
    Tensors z = c.gaussian("perturbation", Tensors.of(matrices));
    return Tensors.of(sizes).times(tf, z);
  }
}
