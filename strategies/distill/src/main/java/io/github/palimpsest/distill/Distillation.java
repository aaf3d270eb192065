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
import org.tensorflow.op.linalg.MatMul;
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
 * up to 1 again: all other probabilities are preserved, and nothing opposes learning the target. If
 * teacher and model are equal, the penalty is exactly 0 (REG-02).
 *
 * <p>The teacher of the previous task knows nothing of later classes. If the columns of the logits
 * are classes, the softmax is therefore over the classes of earlier tasks alone, one for each head,
 * and the divergences of the heads are added, as in Li and Hoiem 2016.
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

  /** The distribution over which the mean of the log ratio is taken. */
  enum Direction {
    /** The teacher's: tokens that it finds likely must stay likely. */
    FORWARD,
    /** The model's: tokens that the teacher finds unlikely must stay unlikely. */
    REVERSE
  }

  /** The teacher, whose predictions are preserved. */
  enum Teacher {
    /** The weights before the first task. */
    PRETRAINED,
    /** The weights before the current task; the first task has no penalty. */
    PREVIOUS
  }

  /** The examples of a batch on which predictions are preserved. */
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

    /**
     * One teacher pass serves all points for the same examples; other examples need another pass.
     */
    private final Map<Function<Weights, Forward>, List<Operand<TFloat32>>> teacherLogProbabilities =
        new HashMap<>();

    Bound(RegularizerSite site) {
      this.site = site;
      this.tf = site.tf();
    }

    @Override
    public Operand<TFloat32> penalty(LossPoint point) {
      List<Operand<TFloat32>> logTeacher = teacher(point);
      List<Operand<TFloat32>> logModel = logProbabilities(point.forward());
      Operand<TFloat32> kl = divergence(logTeacher.get(0), logModel.get(0));
      for (int head = 1; head < logModel.size(); head++) {
        kl = tf.math.add(kl, divergence(logTeacher.get(head), logModel.get(head)));
      }
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

    /** The weights of the predictions for the selected inputs; zeros for the others. */
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

    private List<Operand<TFloat32>> teacher(LossPoint point) {
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

    /**
     * {@code log softmax(logits / T)}, {@code [predictions, vocabulary]}; for the classes of
     * earlier tasks one for each head.
     */
    private List<Operand<TFloat32>> logProbabilities(Forward forward) {
      List<List<Integer>> heads =
          teacher == Teacher.PREVIOUS
              ? forward.classes().map(c -> c.heads(site.finishedTasks())).orElse(List.of())
              : List.of();
      Operand<TFloat32> rows =
          tf.reshape(
              heads.isEmpty() ? forward.predictions(tf) : forward.logits(),
              tf.stack(List.of(tf.size(forward.weightPerPrediction()), tf.constant(-1))));
      Operand<TFloat32> scaled = tf.math.div(rows, tf.constant((float) temperature));
      Operand<TFloat32> open = maskTarget ? masked(scaled, forward) : scaled;
      return heads.isEmpty()
          ? List.of(tf.nn.logSoftmax(open))
          : heads.stream()
              .<Operand<TFloat32>>map(head -> tf.nn.logSoftmax(columns(open, head)))
              .toList();
    }

    /** Some columns, by a product: the runtime differentiates it. */
    private Operand<TFloat32> columns(Operand<TFloat32> rows, List<Integer> some) {
      Operand<TFloat32> selection =
          tf.oneHot(
              tf.constant(some.stream().mapToInt(Integer::intValue).toArray()),
              width(rows),
              tf.constant(1f),
              tf.constant(0f)); // [some, all]
      return tf.linalg.matMul(rows, selection, MatMul.transposeB(true));
    }

    private Operand<TInt32> width(Operand<TFloat32> rows) {
      return tf.unstack(tf.shape(rows), 2L).output().get(1);
    }

    private Operand<TFloat32> masked(Operand<TFloat32> rows, Forward forward) {
      Operand<TInt32> labels =
          forward
              .labels()
              .orElseThrow(
                  () ->
                      new PalimpsestException(
                          "'mask-target' needs a model that provides the targets of its logits"));
      Operand<TFloat32> target =
          tf.oneHot(
              tf.reshape(labels, tf.constant(new int[] {-1})),
              width(rows),
              tf.constant(MASKED),
              tf.constant(0f));
      return tf.math.add(rows, target);
    }

    /** {@code KL(p || q) = sum p (log p - log q)}, one for each row. */
    private Operand<TFloat32> divergence(Operand<TFloat32> logTeacher, Operand<TFloat32> logModel) {
      Operand<TFloat32> logP = direction == Direction.FORWARD ? logTeacher : logModel;
      Operand<TFloat32> logQ = direction == Direction.FORWARD ? logModel : logTeacher;
      return tf.sum(tf.math.mul(tf.math.exp(logP), tf.math.sub(logP, logQ)), tf.constant(1));
    }

    @Override
    public void afterTask(FinishedTask task) {
      remember(task);
    }
  }
}
