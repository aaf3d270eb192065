package com.acme.bits;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.measure.MeasureProvider;
import java.util.List;

/** Named in META-INF/services/io.github.palimpsest.api.Plugin. */
public final class BitsPerBytePlugin implements Plugin {
  @Override
  public String name() {
    return "acme-bits-per-byte";
  }

  @Override
  public List<MeasureProvider> measures() {
    return List.of(BitsPerByte.PROVIDER);
  }
}
