package io.github.palimpsest.replay;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;

/** What several rehearsals share: settings, and what follows from them. */
final class RehearsalSettings {
  static final Setting<Integer> CAPACITY =
      Setting.integer(
          "capacity",
          1000,
          1,
          Integer.MAX_VALUE,
          "at most so much is kept in all, as budget counts");
  static final Setting<EpisodicMemory.Budget> BUDGET =
      Setting.choice(
          "budget",
          EpisodicMemory.Budget.class,
          EpisodicMemory.Budget.EXAMPLES,
          "what the capacity counts: examples, or their tokens");
  static final Setting<EpisodicMemory.Policy> POLICY = policy(EpisodicMemory.Policy.RESERVOIR);
  static final Setting<EpisodicMemory.Policy> RING_POLICY = policy(EpisodicMemory.Policy.RING);
  static final Setting<Mixing.Place> PLACE =
      Setting.choice(
          "place",
          Mixing.Place.class,
          Mixing.Place.SAME_BATCH,
          "same-batch: after the current examples of each batch, of which they are the share"
              + " ratio / (1 + ratio); extra-batches: in batches of their own");

  private static Setting<EpisodicMemory.Policy> policy(EpisodicMemory.Policy usual) {
    return Setting.choice(
        "policy",
        EpisodicMemory.Policy.class,
        usual,
        "reservoir: every example seen is kept with equal chance; ring: an equal share for each"
            + " task");
  }

  /** The setting of how much is rehearsed. */
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
   * @param passes forward-and-backward passes a step, beside the plain one; to two decimals
   * @param references where the method comes from
   */
  static Traits traits(double passes, String... references) {
    return Traits.of(Onset.LATER_TASKS, Cost.passes(Math.rint(100 * passes) / 100), references);
  }

  private RehearsalSettings() {}
}
