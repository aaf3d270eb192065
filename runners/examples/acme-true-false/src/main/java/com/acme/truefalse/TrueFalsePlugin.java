package com.acme.truefalse;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.data.DataFormatProvider;
import java.util.List;

/** Named in META-INF/services/io.github.palimpsest.api.Plugin. */
public final class TrueFalsePlugin implements Plugin {
  @Override
  public String name() {
    return "acme-true-false";
  }

  @Override
  public List<DataFormatProvider> formats() {
    return List.of(TrueFalse.PROVIDER);
  }
}
