package io.github.palimpsest.wiseft;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;

/** What the mergers here share: settings, and what follows from them. */
final class Merging {
  /** After which tasks the weights are rewritten. */
  enum When {
    /** After the last one only. */
    LAST_TASK,
    /** After each. */
    EACH_TASK
  }

  static final Setting<Double> ALPHA =
      Setting.real("alpha", 0.5, 0, 1, "0 for the weights before training, 1 for those after it");
  static final Setting<Double> LAMBDA =
      Setting.real("lambda", 1, -10, 10, "how much of the task vector; 1 for all of it");
  static final Setting<From> FROM =
      Setting.choice(
          "from",
          From.class,
          From.PRETRAINED,
          "theta0: the weights before the first task, or before the task just finished");
  static final Setting<When> WHEN =
      Setting.choice(
          "when", When.class, When.LAST_TASK, "after the last task alone, or after each task");

  /**
   * Each costs nothing while training: a merger that acts after the last task alone can be tried
   * with many settings on one training.
   */
  static Traits traits(Settings s, String... references) {
    return Traits.of(
        s.get(WHEN) == When.LAST_TASK ? Onset.AFTER_TRAINING : Onset.FIRST_TASK,
        Cost.NONE,
        references);
  }

  private Merging() {}
}
