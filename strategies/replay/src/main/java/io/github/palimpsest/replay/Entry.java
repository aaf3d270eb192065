package io.github.palimpsest.replay;

import io.github.palimpsest.api.ComponentId;
import io.github.palimpsest.api.Cost;
import io.github.palimpsest.api.Onset;
import io.github.palimpsest.api.Rehearsal;
import io.github.palimpsest.api.RehearsalProvider;
import io.github.palimpsest.api.Setting;
import io.github.palimpsest.api.Settings;
import io.github.palimpsest.api.Traits;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * A rehearsal as one value.
 *
 * @param passes forward-and-backward passes a step, beside the plain one; to two decimals
 * @param references where the method comes from
 * @param factory creates it
 */
record Entry(
    ComponentId id,
    String summary,
    String equation,
    List<Setting<?>> settings,
    ToDoubleFunction<Settings> passes,
    List<String> references,
    Function<Settings, Rehearsal> factory)
    implements RehearsalProvider {
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
  static Rehearsal inBatch(
      Settings s, Setting<Double> ratio, Setting<EpisodicMemory.Policy> policy, Replay.Use use) {
    return new Replay(new Mixing(s.get(ratio), Mixing.Place.SAME_BATCH), memory(s, policy), use);
  }

  @Override
  public Traits traits(Settings s) {
    return Traits.of(
        Onset.LATER_TASKS,
        new Cost(Math.rint(100 * passes.applyAsDouble(s)) / 100, 0, 0),
        references.toArray(String[]::new));
  }

  @Override
  public Rehearsal create(Settings s) {
    return factory.apply(s);
  }
}
