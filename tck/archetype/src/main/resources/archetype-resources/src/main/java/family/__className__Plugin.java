package ${package};

import io.github.palimpsest.api.model.ModelFamilyProvider;
import io.github.palimpsest.api.Plugin;
import java.util.List;

/** Offers {@code ${id}}. Named in META-INF/services/io.github.palimpsest.api.Plugin. */
public final class ${className}Plugin implements Plugin {
  @Override
  public String name() {
    return "${artifactId}";
  }

  @Override
  public List<ModelFamilyProvider> families() {
    return List.of(${className}.PROVIDER);
  }
}
