package io.github.palimpsest.distill;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Distillation from the model's own earlier weights, on the inputs of the current task:
 *
 * <pre>
 *   penalty(w) = lambda T^2 * mean over target tokens of KL(p_teacher || p_w),  p = softmax(logits / T)
 *   reverse:     lambda T^2 * mean over target tokens of KL(p_w || p_teacher)
 * </pre>
 *
 * <p>Hinton et al. 2015 (arXiv:1503.02531) for T and its square; Li and Hoiem 2016
 * (arXiv:1606.09282) for the teacher of the previous task. The mean is over the tokens that the
 * data loss counts, so accumulation over micro-batches does not change it; with {@code inputs} set
 * to some of the examples, the others' tokens count as 0 in the sum and fully in the mean. The
 * teacher's predictions are computed along with each step and receive no gradient. With the target
 * masked (arXiv:2605.29498) both distributions leave out the token to be predicted and are scaled
 * up to 1 again: the rest is kept, and nothing works against learning the target. Where teacher and
 * model are equal, the penalty is exactly 0 (REG-02).
 */
record Distillation(
    double lambda,
    double temperature,
    Direction direction,
    Teacher teacher,
    boolean maskTarget,
    Inputs inputs)
    implements Regularizer {
  /** Small enough to give a masked token the probability 0, and finite. */
  private static final float MASKED = -1e9f;

  private static final String MEMORY = "teacher";

  /** Which distribution the mean of the log ratio is taken over. */
  enum Direction {
    /** The teacher's: what it holds likely must stay likely. */
    FORWARD,
    /** The model's: it must not hold likely what the teacher does not. */
    REVERSE
  }

  /** Whose predictions are kept. */
  enum Teacher {
    /** The weights before the first task. */
    PRETRAINED,
    /** The weights before the current task; nothing is kept in the first one. */
    PREVIOUS
  }

  /** On which examples of a batch predictions are kept. */
  enum Inputs {
    /** All of them. */
    ALL,
    /** Those of the current task. */
    CURRENT,
    /** Those that rehearsal adds: anchors of what was learned before. */
    REHEARSED
  }

  @Override
  public BoundRegularizer bind(RegularizerSite site) {
    boolean unbound = teacher == Teacher.PREVIOUS && site.finishedTasks() == 0;
    return lambda == 0 || unbound ? new Silent(site.tf(), this) : new Bound(site);
  }

  private void remember(FinishedTask task) {
    if (lambda > 0 && teacher == Teacher.PRETRAINED && task.index() == 0) {
      task.remember(MEMORY, task.start());
    }
  }

  private record Silent(Ops tf, Distillation of) implements BoundRegularizer {
    @Override
    public Operand<TFloat32> penalty(LossPoint point) {
      return tf.constant(0f);
    }

    @Override
    public void afterTask(FinishedTask task) {
      of.remember(task);
    }
  }

  private final class Bound implements BoundRegularizer {
    private final RegularizerSite site;
    private final Ops tf;

    /** One pass serves every point of a batch; another part of the step's examples is another. */
    private final Map<Function<Weights, Forward>, Operand<TFloat32>> teacherLogProbabilities =
        new HashMap<>();

    Bound(RegularizerSite site) {
      this.site = site;
      this.tf = site.tf();
    }

    @Override
    public Operand<TFloat32> penalty(LossPoint point) {
      Operand<TFloat32> logTeacher = teacher(point);
      Operand<TFloat32> logModel = logProbabilities(point.forward());
      Operand<TFloat32> kl =
          direction == Direction.FORWARD
              ? divergence(logTeacher, logModel)
              : divergence(logModel, logTeacher);
      Operand<TFloat32> weights = flat(point.forward().weightPerPrediction());
      Operand<TFloat32> mean =
          tf.math.divNoNan(
              tf.sum(tf.math.mul(chosen(weights, point), kl), tf.constant(0)),
              tf.sum(weights, tf.constant(0)));
      return tf.math.mul(tf.constant((float) (lambda * temperature * temperature)), mean);
    }

    private Operand<TFloat32> flat(Operand<TFloat32> x) {
      return tf.reshape(x, tf.constant(new int[] {-1}));
    }

    /** The weights of the predictions whose inputs are meant, zeros for the others. */
    private Operand<TFloat32> chosen(Operand<TFloat32> weights, LossPoint point) {
      if (inputs == Inputs.ALL) {
        return weights;
      }
      Operand<TFloat32> rehearsed =
          point.rehearsed().orElseGet(() -> tf.zerosLike(point.forward().weightPerExample()));
      Operand<TFloat32> meant =
          inputs == Inputs.REHEARSED
              ? rehearsed
              : tf.math.sub(tf.constant(1f), rehearsed); // [batch]
      Operand<TInt32> rows = tf.stack(List.of(tf.size(rehearsed), tf.constant(-1)));
      return flat(tf.math.mul(tf.reshape(weights, rows), tf.expandDims(meant, tf.constant(1))));
    }

    private Operand<TFloat32> teacher(LossPoint point) {
      return teacherLogProbabilities.computeIfAbsent(
          point.forwardAt(),
          forwardAt -> {
            Tensors weights =
                teacher == Teacher.PRETRAINED && site.finishedTasks() > 0
                    ? site.memory(MEMORY)
                    : site.start();
            return logProbabilities(forwardAt.apply(point.weightsAt().apply(Params.of(weights))));
          });
    }

    /** {@code log softmax(logits / T)}, {@code [predictions, vocabulary]}. */
    private Operand<TFloat32> logProbabilities(Forward forward) {
      Operand<TFloat32> rows =
          tf.reshape(
              forward.logits(),
              tf.stack(List.of(tf.size(forward.weightPerPrediction()), tf.constant(-1))));
      Operand<TFloat32> scaled = tf.math.div(rows, tf.constant((float) temperature));
      return tf.nn.logSoftmax(maskTarget ? masked(scaled, forward) : scaled);
    }

    private Operand<TFloat32> masked(Operand<TFloat32> rows, Forward forward) {
      Operand<TInt32> labels =
          forward
              .labels()
              .orElseThrow(
                  () ->
                      new PalimpsestException(
                          "'mask-target' needs a model that says what its logits are to predict"));
      Operand<TInt32> vocabulary = tf.unstack(tf.shape(rows), 2L).output().get(1);
      Operand<TFloat32> target =
          tf.oneHot(
              tf.reshape(labels, tf.constant(new int[] {-1})),
              vocabulary,
              tf.constant(MASKED),
              tf.constant(0f));
      return tf.math.add(rows, target);
    }

    /** {@code KL(p || q) = sum p (log p - log q)}, one for each row. */
    private Operand<TFloat32> divergence(Operand<TFloat32> logP, Operand<TFloat32> logQ) {
      return tf.sum(tf.math.mul(tf.math.exp(logP), tf.math.sub(logP, logQ)), tf.constant(1));
    }

    @Override
    public void afterTask(FinishedTask task) {
      remember(task);
    }
  }
}
