package ${package};

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import java.util.List;

/** Offers {@code ${id}}. Named in META-INF/services/io.github.palimpsest.api.Plugin. */
public final class ${className}Plugin implements Plugin {
  @Override
  public String name() {
    return "${artifactId}";
  }

  @Override
  public List<OptimizerProvider> optimizers() {
    return List.of(${className}.PROVIDER);
  }
}
