package io.github.palimpsest.distill;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import java.util.List;

/** Offers distillation from earlier weights, and weights of tokens by the model's predictions. */
public final class DistillPlugin implements Plugin {
  @Override
  public String name() {
    return "palimpsest-distill";
  }

  @Override
  public List<RegularizerProvider> regularizers() {
    return List.of(Kl.PROVIDER, Lwf.PROVIDER, Dft.PROVIDER, Eaft.PROVIDER, Talr.PROVIDER);
  }
}
