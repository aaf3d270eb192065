package io.github.palimpsest.ewc;

import io.github.palimpsest.api.ComponentId;
import io.github.palimpsest.api.Cost;
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

/** Provides {@link L2Sp}. */
final class L2SpProvider implements RegularizerProvider {
  static final Setting<Double> LAMBDA =
      Setting.real("lambda", 0.01, 0, Double.MAX_VALUE, "strength of the penalty; 0 turns it off");
  static final Setting<L2Sp.Anchor> ANCHOR =
      Setting.choice(
          "anchor",
          L2Sp.Anchor.class,
          L2Sp.Anchor.PRETRAINED,
          "pretrained: the weights before the first task; previous: those after the last one");

  @Override
  public ComponentId id() {
    return new ComponentId("l2-sp");
  }

  @Override
  public String summary() {
    return "Weight decay towards the starting point in place of zero";
  }

  @Override
  public String equation() {
    return "lambda/2 * sum_i (w_i - a_i)^2";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(LAMBDA, ANCHOR);
  }

  /** One copy is kept whatever the number of tasks. */
  @Override
  public Traits traits(Settings settings) {
    return Traits.of(
        settings.get(ANCHOR) == L2Sp.Anchor.PRETRAINED ? Onset.FIRST_TASK : Onset.LATER_TASKS,
        settings.get(LAMBDA) == 0 ? Cost.NONE : new Cost(0, 0, 1),
        "Li, Grandvalet and Davoine 2018, Explicit inductive bias for transfer learning with"
            + " convolutional networks, arXiv:1802.01483");
  }

  /** Its anchor is where training started, or the last task's weights. */
  @Override
  public Set<Promise> promises(Settings settings) {
    return Promise.usualWithout(Kind.REGULARIZER, Promise.ZERO_AT_ANCHOR, Promise.COUNTS_ALL_TASKS);
  }

  @Override
  public Regularizer create(Settings settings) {
    return new L2Sp(settings.get(LAMBDA), settings.get(ANCHOR));
  }
}
