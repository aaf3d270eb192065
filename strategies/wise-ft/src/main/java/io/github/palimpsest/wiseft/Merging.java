package io.github.palimpsest.wiseft;

import io.github.palimpsest.api.ComponentId;
import io.github.palimpsest.api.Cost;
import io.github.palimpsest.api.Kind;
import io.github.palimpsest.api.Onset;
import io.github.palimpsest.api.Promise;
import io.github.palimpsest.api.Setting;
import io.github.palimpsest.api.Settings;
import io.github.palimpsest.api.Traits;
import io.github.palimpsest.api.WeightMerger;
import io.github.palimpsest.api.WeightMergerProvider;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * A provider of one way to merge. Each costs nothing while training: a merger that acts after the
 * last task alone can be tried with many settings on one training.
 *
 * @param id the component's name
 * @param summary one line
 * @param equation plain text
 * @param settings what it accepts; with {@link #WHEN}
 * @param references where it comes from
 * @param isStraight whether {@code alpha} leads along the straight line
 * @param merger creates it
 */
record Merging(
    ComponentId id,
    String summary,
    String equation,
    List<Setting<?>> settings,
    List<String> references,
    boolean isStraight,
    Function<Settings, WeightMerger> merger)
    implements WeightMergerProvider {
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

  @Override
  public Traits traits(Settings s) {
    return new Traits(
        s.get(WHEN) == When.LAST_TASK ? Onset.AFTER_TRAINING : Onset.FIRST_TASK,
        Set.of(),
        Set.of(),
        Cost.NONE,
        references);
  }

  @Override
  public Set<Promise> promises(Settings s) {
    return isStraight
        ? Promise.usual(Kind.MERGER)
        : Promise.usualWithout(Kind.MERGER, Promise.INTERPOLATES);
  }

  @Override
  public WeightMerger create(Settings s) {
    return merger.apply(s);
  }
}
