package com.acme.regmean;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.merger.MergerProvider;
import java.util.List;

/** Named in META-INF/services/io.github.palimpsest.api.Plugin. */
public final class RegMeanPlugin implements Plugin {
  @Override
  public String name() {
    return "acme-reg-mean";
  }

  @Override
  public List<MergerProvider> mergers() {
    return List.of(RegMean.PROVIDER);
  }
}
