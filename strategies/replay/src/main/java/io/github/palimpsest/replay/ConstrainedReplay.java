package io.github.palimpsest.replay;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.rehearsal.GradientConstraint;
import io.github.palimpsest.api.rehearsal.RehearsalObjective;
import java.util.Optional;

/** Rehearsed examples that constrain the gradient, and are no part of the data loss. */
interface ConstrainedReplay extends Replay.Use, GradientConstraint {
  /** How many examples come for each current one. */
  Setting<Double> RATIO = RehearsalSettings.ratio(1);

  /** The reference is another backward pass, over rehearsed examples that come on top. */
  static Traits traits(Settings s, String reference) {
    double ratio = s.get(RATIO);
    return RehearsalSettings.traits(ratio == 0 ? 0 : ratio + 2.0 / 3 * (1 + ratio), reference);
  }

  /** The rehearsal that the settings ask for, with a constraint. */
  static Replay of(Settings s, ConstrainedReplay constraint) {
    return RehearsalSettings.inBatch(s, RATIO, RehearsalSettings.RING_POLICY, constraint);
  }

  @Override
  default Optional<RehearsalObjective> objective() {
    return Optional.of(this);
  }
}
