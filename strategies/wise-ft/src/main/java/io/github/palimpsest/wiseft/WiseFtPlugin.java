package io.github.palimpsest.wiseft;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.merger.MergerProvider;
import io.github.palimpsest.api.probe.ProbeProvider;
import java.util.List;

/** Offers {@code wise-ft} and the other ways to merge weights before and after training. */
public final class WiseFtPlugin implements Plugin {
  @Override
  public String name() {
    return "palimpsest-wise-ft";
  }

  @Override
  public List<MergerProvider> mergers() {
    return List.of(
        WiseFt.PROVIDER,
        FisherMerging.PROVIDER,
        LiNeS.PROVIDER,
        Slerp.PROVIDER,
        TaskArithmetic.PROVIDER,
        Ties.PROVIDER,
        Dare.PROVIDER,
        DgHard.PROVIDER,
        Fapm.PROVIDER,
        Intruders.PROVIDER,
        Soup.PROVIDER,
        ModelStock.PROVIDER);
  }

  @Override
  public List<ProbeProvider> probes() {
    return List.of(IntruderShare.PROVIDER);
  }
}
