package io.github.palimpsest.lora;

import io.github.palimpsest.api.adapter.AdapterProvider;
import io.github.palimpsest.tck.AdapterKit;

class BitFitOnlyKit extends AdapterKit {
  @Override
  protected AdapterProvider subject() {
    return BitFit.PROVIDER;
  }
}
