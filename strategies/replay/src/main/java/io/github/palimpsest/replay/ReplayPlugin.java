package io.github.palimpsest.replay;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.rehearsal.RehearsalProvider;
import java.util.List;

/** Offers rehearsal of kept examples, and weights and orders of the current ones. */
public final class ReplayPlugin implements Plugin {
  @Override
  public String name() {
    return "palimpsest-replay";
  }

  @Override
  public List<RehearsalProvider> rehearsals() {
    return List.of(
        Replay.PROVIDER,
        Interference.PROVIDER,
        CorpusReplay.PROVIDER,
        SelfSynthesis.PROVIDER,
        SelfReplay.PROVIDER,
        DarkExperience.DER,
        DarkExperience.DER_PLUS_PLUS,
        AveragedGem.PROVIDER,
        Gem.PROVIDER,
        Flow.PROVIDER,
        SelectiveTokenMasking.PROVIDER,
        Curriculum.PROVIDER);
  }
}
