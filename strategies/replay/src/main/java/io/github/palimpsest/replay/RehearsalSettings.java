package io.github.palimpsest.replay;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;

/** The settings that several rehearsals share, and the objects that they describe. */
final class RehearsalSettings {
  static final Setting<Integer> CAPACITY =
      Setting.integer(
          "capacity",
          1000,
          1,
          Integer.MAX_VALUE,
          "at most this much is kept in total, in units of budget");
  static final Setting<EpisodicMemory.Budget> BUDGET =
      Setting.choice(
          "budget",
          EpisodicMemory.Budget.class,
          EpisodicMemory.Budget.EXAMPLES,
          "unit of the capacity: examples, or their tokens");
  static final Setting<EpisodicMemory.Policy> POLICY = policy(EpisodicMemory.Policy.RESERVOIR);
  static final Setting<EpisodicMemory.Policy> RING_POLICY = policy(EpisodicMemory.Policy.RING);
  static final Setting<Mixing.Place> PLACE =
      Setting.choice(
          "place",
          Mixing.Place.class,
          Mixing.Place.SAME_BATCH,
          "same-batch: after the current examples of each batch, of which they are the share"
              + " ratio / (1 + ratio); extra-batches: in separate batches");

  private static Setting<EpisodicMemory.Policy> policy(EpisodicMemory.Policy usual) {
    return Setting.choice(
        "policy",
        EpisodicMemory.Policy.class,
        usual,
        "reservoir: every example seen is kept with equal chance; ring: an equal share for each"
            + " task");
  }

  /** The setting for the amount of rehearsal. */
  static Setting<Double> ratio(double usual) {
    return Setting.real(
        "ratio", usual, 0, 100, "rehearsed examples for each current example; 0 turns it off");
  }

  /** The memory that the settings ask for. */
  static EpisodicMemory memory(Settings s, Setting<EpisodicMemory.Policy> policy) {
    return new EpisodicMemory(s.get(policy), s.get(BUDGET), s.get(CAPACITY));
  }

  /** A rehearsal within each batch. */
  static Replay inBatch(
      Settings s, Setting<Double> ratio, Setting<EpisodicMemory.Policy> policy, Replay.Use use) {
    return new Replay(new Mixing(s.get(ratio), Mixing.Place.SAME_BATCH), memory(s, policy), use);
  }

  /**
   * Traits of a rehearsal that acts from the second task on.
   *
   * @param passes forward-and-backward passes per step in addition to the plain one; to two
   *     decimals
   * @param references the sources of the method
   */
  static Traits traits(double passes, String... references) {
    return Traits.of(Onset.LATER_TASKS, Cost.passes(Math.rint(100 * passes) / 100), references);
  }

  private RehearsalSettings() {}
}
