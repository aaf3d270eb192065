package io.github.palimpsest.wiseft;

import io.github.palimpsest.api.ComponentId;
import io.github.palimpsest.api.Cost;
import io.github.palimpsest.api.Onset;
import io.github.palimpsest.api.Setting;
import io.github.palimpsest.api.Settings;
import io.github.palimpsest.api.Traits;
import io.github.palimpsest.api.WeightMerger;
import io.github.palimpsest.api.WeightMergerProvider;
import java.util.List;

/** Describes and creates {@link WiseFt}. */
final class WiseFtProvider implements WeightMergerProvider {
  /** After which tasks the weights are rewritten. */
  enum When {
    /** After the last one only. */
    LAST_TASK,
    /** After each. */
    EACH_TASK
  }

  static final Setting<Double> ALPHA =
      Setting.real("alpha", 0.5, 0, 1, "0 for the weights before training, 1 for those after it");
  static final Setting<WiseFt.From> FROM =
      Setting.choice(
          "from",
          WiseFt.From.class,
          WiseFt.From.PRETRAINED,
          "theta0: the weights before the first task, or before the task just finished");
  static final Setting<When> WHEN =
      Setting.choice(
          "when", When.class, When.LAST_TASK, "after the last task alone, or after each task");

  @Override
  public ComponentId id() {
    return new ComponentId("wise-ft");
  }

  @Override
  public String summary() {
    return "Weights on the straight line between those before and those after training";
  }

  @Override
  public String equation() {
    return "theta = (1 - alpha) theta0 + alpha theta1";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(ALPHA, FROM, WHEN);
  }

  @Override
  public Traits traits(Settings settings) {
    return Traits.of(
        settings.get(WHEN) == When.LAST_TASK ? Onset.AFTER_TRAINING : Onset.FIRST_TASK,
        Cost.NONE,
        "Wortsman et al. 2022, Robust fine-tuning of zero-shot models (arXiv:2109.01903)");
  }

  @Override
  public WeightMerger create(Settings settings) {
    return new WiseFt(settings.get(ALPHA), settings.get(FROM));
  }
}
