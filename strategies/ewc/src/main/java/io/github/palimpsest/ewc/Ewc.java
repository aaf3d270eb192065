package io.github.palimpsest.ewc;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.parameter.Space;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.ClosedPenalty;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.DoubleStream;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * Elastic weight consolidation (Kirkpatrick et al. 2017, arXiv:1612.00796):
 *
 * <pre>
 *   penalty(w) = lambda/2 * sum_i F_i (w_i - a_i)^2,    gradient_i = lambda F_i (w_i - a_i)
 * </pre>
 *
 * <p>With the one-half. {@code a} are a finished task's weights and {@code F} the diagonal of its
 * Fisher information: the mean over single examples of the squared gradient of {@code -log p(y |
 * x)} at {@code a}, with the given label ({@link Fisher#EMPIRICAL}) or one drawn from the model
 * ({@link Fisher#SAMPLED}); no penalty enters it and no batch size changes it (REG-06).
 *
 * <p>{@link Mode#SEPARATE} sums such a term for each finished task. {@link Mode#ONLINE} (Schwarz et
 * al. 2018, arXiv:1805.06370) keeps one term, {@code F <- gamma F + F_new} and the last {@code a}.
 * Both act on the trainable parameters: under an adapter, on the adapter's. With {@code
 * space=effective} they act on the weights that the model sees through it, {@code W + s A B}, whose
 * Fisher and anchors have the adapted kernels' size. Rules REG-01 to REG-07.
 */
final class Ewc implements Regularizer {

  static final Setting<Double> LAMBDA =
      Setting.real("lambda", 100, 0, Double.MAX_VALUE, "strength of the penalty; 0 turns it off");
  static final Setting<Ewc.Mode> MODE =
      Setting.choice(
          "mode",
          Ewc.Mode.class,
          Ewc.Mode.ONLINE,
          "online: one running Fisher and the last anchor; separate: a term for each finished task");
  static final Setting<Double> GAMMA =
      Setting.real("gamma", 1, 0, 1, "share of the old Fisher kept by a new task, in mode online");
  static final Setting<Integer> EXAMPLES =
      Setting.integer(
          "examples",
          256,
          1,
          Integer.MAX_VALUE,
          "at most this number of examples for the estimate of the Fisher");
  static final Setting<Ewc.Fisher> FISHER =
      Setting.choice(
          "fisher",
          Ewc.Fisher.class,
          Ewc.Fisher.EMPIRICAL,
          "empirical: with the examples' labels; sampled: with labels drawn from the model;"
              + " batch-mean: squares of the mean gradient of a batch, a different quantity");
  static final Setting<Integer> FISHER_BATCH =
      Setting.integer(
          "fisher-batch",
          8,
          1,
          Integer.MAX_VALUE,
          "number of examples whose gradients are averaged if fisher=batch-mean");
  static final Setting<Space> SPACE =
      Setting.choice(
          "space",
          Space.class,
          Space.TRAINABLE,
          "weights that are held under an adapter: its trained parameters, or the effective weights, whose Fisher"
              + " and anchor are as large as the adapted kernels");
  static final Setting<Importance.Norm> NORMALIZE =
      Setting.choice(
          "normalize",
          Importance.Norm.class,
          Importance.Norm.NONE,
          "divides each task's Fisher by its largest or by its mean entry");
  static final Setting<Double> CLIP =
      Setting.real(
          "clip",
          0,
          0,
          Double.MAX_VALUE,
          "cuts each task's Fisher, once normalised, at this value; 0 cuts nothing");

  static final RegularizerProvider PROVIDER =
      RegularizerProvider.of(
              "ewc",
              "Elastic weight consolidation: a Fisher-weighted pull to the weights of finished tasks",
              "lambda/2 * sum_i F_i (w_i - a_i)^2; F_i = mean over examples of (d log p(y|x) / d w_i)^2;"
                  + " online: F <- gamma F + F_new")
          .settings(LAMBDA, MODE, GAMMA, EXAMPLES, FISHER, FISHER_BATCH, SPACE, NORMALIZE, CLIP)
          .traits(Ewc::traits)
          .promises(Ewc::promises)
          .with(ClosedPenalty.class, Ewc::closed)
          .creates(
              s ->
                  new Ewc(
                      s.get(LAMBDA),
                      s.get(MODE),
                      s.get(GAMMA),
                      s.get(FISHER).estimate(s.get(EXAMPLES), s.get(FISHER_BATCH), s.get(SPACE)),
                      new Importance(s.get(NORMALIZE), s.get(CLIP))));

  /** The equation above, with each task's Fisher normalised and cut. */
  private static OptionalDouble closed(
      Settings s,
      Map<String, double[]> w,
      Map<String, double[]> pretrained,
      List<ClosedPenalty.Finished> tasks) {
    double cut = s.get(CLIP) == 0 ? Double.MAX_VALUE : s.get(CLIP);
    boolean online = s.get(MODE) == Mode.ONLINE;
    int last = tasks.size() - 1;
    double sum = 0;
    for (int k = 0; k <= last; k++) {
      Map<String, double[]> f = tasks.get(k).importance();
      DoubleStream all = f.values().stream().flatMapToDouble(DoubleStream::of);
      double norm =
          switch (s.get(NORMALIZE)) {
            case NONE -> 1;
            case MAX -> all.max().orElse(1);
            case MEAN -> all.average().orElse(1);
          };
      Map<String, double[]> a = tasks.get(online ? last : k).weights();
      double kept = online ? Math.pow(s.get(GAMMA), last - k) : 1;
      for (Map.Entry<String, double[]> e : w.entrySet()) {
        double[] fisher = f.get(e.getKey());
        double[] anchor = a.get(e.getKey());
        for (int i = 0; i < fisher.length; i++) {
          double cutFisher = Math.min(fisher[i] / norm, cut);
          sum += kept * cutFisher * Math.pow(e.getValue()[i] - anchor[i], 2);
        }
      }
    }
    return OptionalDouble.of(s.get(LAMBDA) / 2 * sum);
  }

  /** Online mode keeps two copies for any number of tasks; the bound is two per task. */
  private static Traits traits(Settings s) {
    return Traits.of(
        Onset.LATER_TASKS,
        s.get(LAMBDA) == 0 ? Cost.NONE : Cost.NONE.snapshots(2),
        "Kirkpatrick et al. 2017, Overcoming catastrophic forgetting in neural networks,"
            + " arXiv:1612.00796",
        "Schwarz et al. 2018, Progress & Compress (online EWC), arXiv:1805.06370");
  }

  /**
   * A normalised or cut Fisher is a different importance, and so is one of batch means; with gamma
   * 0 only the last task counts.
   */
  private static Set<Promise> promises(Settings s) {
    Set<Promise> made = Promise.usual(Kind.REGULARIZER);
    if (s.get(NORMALIZE) != Importance.Norm.NONE || s.get(CLIP) != 0) {
      made.remove(Promise.HALF_SQUARE);
    }
    if (s.get(FISHER) == Fisher.BATCH_MEAN && s.get(FISHER_BATCH) > 1) {
      made.remove(Promise.PER_EXAMPLE_IMPORTANCE);
    }
    if (s.get(MODE) == Ewc.Mode.ONLINE && s.get(GAMMA) == 0) {
      made.remove(Promise.COUNTS_ALL_TASKS);
    }
    return made;
  }

  /** The handling of earlier tasks' terms when a task is finished. */
  enum Mode {
    /** One running Fisher, one anchor. */
    ONLINE,
    /** A term for each finished task. */
    SEPARATE
  }

  /** The kind of Fisher information. */
  enum Fisher {
    /** With the labels of the examples; vanishes if the model has memorised them. */
    EMPIRICAL(FinishedTask.Labels.GIVEN),
    /** With labels that the model itself draws. */
    SAMPLED(FinishedTask.Labels.SAMPLED),
    /**
     * With the labels of the examples, whose gradients are averaged over batches before they are
     * squared. Some libraries call this the Fisher. It depends on the batch size, and is smaller by
     * about this factor.
     */
    BATCH_MEAN(FinishedTask.Labels.GIVEN);

    private final FinishedTask.Labels labels;

    Fisher(FinishedTask.Labels labels) {
      this.labels = labels;
    }

    /** The estimator; {@code batch} is used only for {@link #BATCH_MEAN}. */
    FinishedTask.Estimate estimate(int examples, int batch, Space space) {
      return FinishedTask.Estimate.of(examples)
          .labels(labels)
          .batch(this == BATCH_MEAN ? batch : 1)
          .space(space);
    }
  }

  private final double lambda;
  private final Mode mode;
  private final double gamma;
  private final FinishedTask.Estimate estimate;
  private final Importance importance;

  Ewc(
      double lambda,
      Mode mode,
      double gamma,
      FinishedTask.Estimate estimate,
      Importance importance) {
    this.lambda = lambda;
    this.mode = mode;
    this.gamma = gamma;
    this.estimate = estimate;
    this.importance = importance;
  }

  @Override
  public BoundRegularizer bind(RegularizerSite site) {
    return lambda == 0 ? point -> site.tf().constant(0f) : new Bound(site);
  }

  private final class Bound implements BoundRegularizer {
    private final List<QuadraticPenalty> terms = new ArrayList<>();
    private final QuadraticPenalty.Sum sum;

    Bound(RegularizerSite site) {
      int count = mode == Mode.SEPARATE ? site.finishedTasks() : Math.min(1, site.finishedTasks());
      for (int k = 0; k < count; k++) {
        terms.add(
            new QuadraticPenalty(
                lambda / 2, site.memory(fisherName(k)), site.memory(anchorName(k))));
      }
      sum = new QuadraticPenalty.Sum(site.tf(), terms);
    }

    @Override
    public Operand<TFloat32> penalty(LossPoint point) {
      return sum.value(point.at(), seen(point));
    }

    @Override
    public Optional<Tensors> gradient(LossPoint point) {
      return ofTrainable() ? sum.gradient(point.at()) : Optional.empty();
    }

    private boolean ofTrainable() {
      return estimate.space() == Space.TRAINABLE;
    }

    /** The space in which anchors lie. */
    private Tensors seen(LossPoint point) {
      if (terms.isEmpty() || ofTrainable()) {
        return point.at().tensors();
      }
      return terms.get(0).anchor().mapNamed((name, a) -> point.effective().dense(name));
    }

    @Override
    public void afterTask(FinishedTask task) {
      WeightSnapshot fisher = importance.scaled(task.meanSquaredGradient(estimate));
      if (mode == Mode.ONLINE) {
        WeightSnapshot latest = fisher;
        fisher =
            task.recall(fisherName(0))
                .map(old -> Importance.sum(gamma, old, latest))
                .orElse(latest);
      }
      task.remember(fisherName(task.index()), fisher);
      task.remember(anchorName(task.index()), task.weights(estimate.space()));
    }
  }

  private String fisherName(int task) {
    return mode == Mode.SEPARATE ? "fisher-" + task : "fisher";
  }

  private String anchorName(int task) {
    return mode == Mode.SEPARATE ? "anchor-" + task : "anchor";
  }
}
