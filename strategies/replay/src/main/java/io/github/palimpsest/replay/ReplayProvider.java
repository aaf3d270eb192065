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

/** Provides {@link Replay}. */
final class ReplayProvider implements RehearsalProvider {
  static final Setting<Double> RATIO =
      Setting.real(
          "ratio", 0.05, 0, 100, "rehearsed examples for each current example; 0 turns it off");
  static final Setting<Integer> CAPACITY =
      Setting.integer(
          "capacity", 1000, 1, Integer.MAX_VALUE, "at most so many examples are kept in all");
  static final Setting<EpisodicMemory.Policy> POLICY =
      Setting.choice(
          "policy",
          EpisodicMemory.Policy.class,
          EpisodicMemory.Policy.RESERVOIR,
          "reservoir: every example seen is kept with equal chance; ring: an equal share for each"
              + " task");

  @Override
  public ComponentId id() {
    return new ComponentId("replay");
  }

  @Override
  public String summary() {
    return "Rehearsal: adds kept examples of finished tasks to each batch";
  }

  @Override
  public String equation() {
    return "batch i = b_i current examples + floor(ratio * (b_1+..+b_i)) -"
        + " floor(ratio * (b_1+..+b_(i-1))) kept ones";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(RATIO, CAPACITY, POLICY);
  }

  /** The rehearsed examples are that share of a pass more. */
  @Override
  public Traits traits(Settings settings) {
    return Traits.of(
        Onset.LATER_TASKS,
        new Cost(settings.get(RATIO), 0, 0),
        "Robins 1995, Catastrophic forgetting, rehearsal and pseudorehearsal",
        "Vitter 1985, Random sampling with a reservoir",
        "Chaudhry et al. 2019, On tiny episodic memories in continual learning, arXiv:1902.10486");
  }

  @Override
  public Rehearsal create(Settings settings) {
    return new Replay(
        settings.get(RATIO), new EpisodicMemory(settings.get(POLICY), settings.get(CAPACITY)));
  }
}
