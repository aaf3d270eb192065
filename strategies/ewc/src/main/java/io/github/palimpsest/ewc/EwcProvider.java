package io.github.palimpsest.ewc;

import io.github.palimpsest.api.ComponentId;
import io.github.palimpsest.api.Cost;
import io.github.palimpsest.api.FinishedTask;
import io.github.palimpsest.api.Kind;
import io.github.palimpsest.api.Onset;
import io.github.palimpsest.api.Promise;
import io.github.palimpsest.api.Regularizer;
import io.github.palimpsest.api.RegularizerProvider;
import io.github.palimpsest.api.Setting;
import io.github.palimpsest.api.Settings;
import io.github.palimpsest.api.Traits;
import java.util.List;
import java.util.Set;

/** Provides {@link Ewc}. */
final class EwcProvider implements RegularizerProvider {
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
          "examples", 256, 1, Integer.MAX_VALUE, "at most so many examples estimate the Fisher");
  static final Setting<Ewc.Fisher> FISHER =
      Setting.choice(
          "fisher",
          Ewc.Fisher.class,
          Ewc.Fisher.EMPIRICAL,
          "empirical: with the examples' labels; sampled: with labels drawn from the model;"
              + " batch-mean: squares of the mean gradient of a batch, another quantity");
  static final Setting<Integer> FISHER_BATCH =
      Setting.integer(
          "fisher-batch",
          8,
          1,
          Integer.MAX_VALUE,
          "examples whose gradients are averaged where fisher=batch-mean");
  static final Setting<FinishedTask.Space> SPACE =
      Setting.choice(
          "space",
          FinishedTask.Space.class,
          FinishedTask.Space.TRAINABLE,
          "what is held under an adapter: its trained parameters, or the effective weights, whose Fisher"
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

  @Override
  public ComponentId id() {
    return new ComponentId("ewc");
  }

  @Override
  public String summary() {
    return "Elastic weight consolidation: a Fisher-weighted pull to the weights of finished tasks";
  }

  @Override
  public String equation() {
    return "lambda/2 * sum_i F_i (w_i - a_i)^2; F_i = mean over examples of (d log p(y|x) / d w_i)^2;"
        + " online: F <- gamma F + F_new";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(LAMBDA, MODE, GAMMA, EXAMPLES, FISHER, FISHER_BATCH, SPACE, NORMALIZE, CLIP);
  }

  /** Online mode keeps two copies whatever the number of tasks; two a task is its upper bound. */
  @Override
  public Traits traits(Settings settings) {
    return Traits.of(
        Onset.LATER_TASKS,
        settings.get(LAMBDA) == 0 ? Cost.NONE : new Cost(0, 0, 2),
        "Kirkpatrick et al. 2017, Overcoming catastrophic forgetting in neural networks,"
            + " arXiv:1612.00796",
        "Schwarz et al. 2018, Progress & Compress (online EWC), arXiv:1805.06370");
  }

  /** A normalised or cut Fisher is another importance; with gamma 0 the last task alone counts. */
  @Override
  public Set<Promise> promises(Settings settings) {
    Set<Promise> made = Promise.usual(Kind.REGULARIZER);
    if (settings.get(NORMALIZE) != Importance.Norm.NONE || settings.get(CLIP) != 0) {
      made.remove(Promise.HALF_SQUARE);
    }
    if (settings.get(MODE) == Ewc.Mode.ONLINE && settings.get(GAMMA) == 0) {
      made.remove(Promise.COUNTS_ALL_TASKS);
    }
    return made;
  }

  @Override
  public Regularizer create(Settings settings) {
    return new Ewc(
        settings.get(LAMBDA),
        settings.get(MODE),
        settings.get(GAMMA),
        settings
            .get(FISHER)
            .estimate(settings.get(EXAMPLES), settings.get(FISHER_BATCH), settings.get(SPACE)),
        new Importance(settings.get(NORMALIZE), settings.get(CLIP)));
  }
}
