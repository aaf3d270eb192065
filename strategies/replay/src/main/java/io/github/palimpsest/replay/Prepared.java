package io.github.palimpsest.replay;

import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.FinishedModel;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.api.rehearsal.RehearsalProvider;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.DoubleFunction;
import java.util.function.DoublePredicate;

/**
 * A rehearsal that weights or orders the current examples by how well the pretrained model predicts
 * them. The wrapped rehearsal keeps the original examples.
 *
 * @param base the rehearsal that adds further examples
 * @param preparation weights or orders; a pure function
 */
record Prepared(Rehearsal base, Preparation preparation) implements ForwardingRehearsal {
  /** Weights or orders the examples of a task. */
  interface Preparation {
    /** The same examples, by id. */
    TaskData of(TaskData task, FinishedModel pretrained);

    /** As {@link Rehearsal#lossFactor}. */
    default Optional<String> lossFactor() {
      return Optional.empty();
    }
  }

  /** By default nothing is rehearsed. */
  static final Setting<Rehearsal> BASE =
      Setting.rehearsal(
          "base",
          new Value.Call("replay", new TreeMap<>(Map.of("ratio", new Value.Num(0)))),
          "the rehearsal that adds examples of finished tasks; replay(ratio=0) adds none");

  /**
   * A forward pass over the data before each task, at most a third of a pass a step.
   *
   * @param off whether the settings leave every example unchanged
   */
  static Traits traits(Settings s, boolean off, String... references) {
    Traits base = s.nested(BASE).orElseThrow().traits();
    return Traits.of(
        off ? base.onset() : Onset.FIRST_TASK,
        base.cost().withPasses(base.cost().passesPerStep() + (off ? 0 : 0.33)),
        references);
  }

  /**
   * The provider of a preparation with one number.
   *
   * @param number its setting
   * @param off the values for which examples stay unchanged
   * @param factory creates the preparation from a value
   */
  static RehearsalProvider provider(
      String id,
      String summary,
      String equation,
      Setting<Double> number,
      DoublePredicate off,
      DoubleFunction<Preparation> factory,
      String... references) {
    return RehearsalProvider.of(id, summary, equation)
        .settings(number, BASE)
        .traits(s -> traits(s, off.test(s.get(number)), references))
        .creates(s -> new Prepared(s.get(BASE), factory.apply(s.get(number))));
  }

  @Override
  public TaskData prepared(TaskData task, FinishedModel pretrained) {
    return preparation.of(base.prepared(task, pretrained), pretrained);
  }

  @Override
  public Optional<String> lossFactor() {
    return preparation.lossFactor().or(base::lossFactor);
  }
}
