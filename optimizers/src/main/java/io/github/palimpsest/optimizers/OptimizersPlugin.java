package io.github.palimpsest.optimizers;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.optimizers.adaptive.Adaptive;
import io.github.palimpsest.optimizers.descent.Descent;
import io.github.palimpsest.optimizers.selective.Selective;
import io.github.palimpsest.optimizers.sharpness.SharpnessAware;
import io.github.palimpsest.optimizers.transform.Transforms;
import java.util.List;
import java.util.stream.Stream;

/** Offers every optimizer of this module. */
public final class OptimizersPlugin implements Plugin {
  @Override
  public String name() {
    return "palimpsest-optimizers";
  }

  @Override
  public List<OptimizerProvider> optimizers() {
    return Stream.of(
            Descent.providers(),
            Adaptive.providers(),
            SharpnessAware.providers(),
            Transforms.providers(),
            Selective.providers())
        .flatMap(List::stream)
        .toList();
  }
}
