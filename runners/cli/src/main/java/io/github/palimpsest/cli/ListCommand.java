package io.github.palimpsest.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.github.palimpsest.api.Kind;
import io.github.palimpsest.api.Value;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.tck.Certificates;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code list}: every component that a recipe may name. */
@Command(
    name = "list",
    description = "Lists the components that recipes may name.",
    mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
  @Mixin PluginOptions plugins = new PluginOptions();

  @Option(names = "--kind", description = "only this kind: ${COMPLETION-CANDIDATES}")
  @Nullable Kind kind;

  @Option(names = "--json", description = "an array of objects")
  boolean json;

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    PluginRegistry registry = plugins.registry();
    Certificates certificates = new Certificates();
    Collection<Registered> all = kind == null ? registry.all() : registry.all(kind);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ArrayNode array = Json.array();
      for (Registered r : all) {
        array
            .addObject()
            .put("id", r.provider().id().value())
            .put("kind", r.provider().kind().label())
            .put("summary", r.provider().summary())
            .put("plugin", r.origin().plugin())
            .put("version", r.origin().version())
            .put("jar", r.origin().location().toString())
            .put("passes", passes(registry, r))
            .put("certificate", certificates.of(r).label());
      }
      out.println(Json.text(array));
      return ExitCode.OK;
    }
    int idWidth = all.stream().mapToInt(r -> r.provider().id().value().length()).max().orElse(0);
    String line = "%-" + Math.max(1, idWidth) + "s  %-11s  %6s  %-9s  %s (%s %s)%n";
    for (Registered r : all) {
      out.printf(
          Locale.ROOT,
          line,
          r.provider().id(),
          r.provider().kind().label(),
          new Value.Num(StepBench.rounded(passes(registry, r), 100)),
          certificates.of(r).label(),
          r.provider().summary(),
          r.origin().location().getFileName(),
          r.origin().version());
    }
    return ExitCode.OK;
  }

  /** Forward-and-backward passes a step with the default settings. */
  private static double passes(PluginRegistry registry, Registered r) {
    return registry
        .component(Value.Call.word(r.provider().id().value()))
        .traits()
        .cost()
        .passesPerStep();
  }
}
