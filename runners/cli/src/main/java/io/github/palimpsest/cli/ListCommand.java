package io.github.palimpsest.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.certificates.Certificates;
import io.github.palimpsest.cli.bench.StepBench;
import io.github.palimpsest.cli.option.KindName;
import io.github.palimpsest.cli.option.PluginOptions;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.text.Printable;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  private static final Pattern REFERENCE =
      Pattern.compile("^(?<who>[^;]*?\\b(19|20)\\d\\d)\\b(.*?(?<arxiv>arXiv:[0-9.]+[0-9]))?");

  @Mixin PluginOptions plugins = new PluginOptions();

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      converter = KindName.class,
      completionCandidates = KindName.Words.class,
      description = "only this kind: ${COMPLETION-CANDIDATES}")
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
        Traits traits = traits(registry, r);
        ObjectNode node = array.addObject();
        node.put("id", r.provider().id().value())
            .put("kind", r.provider().kind().label())
            .put("summary", r.provider().summary())
            .put("plugin", r.origin().plugin())
            .put("version", r.origin().version())
            .put("jar", r.origin().location().toString())
            .put("passes", traits.cost().passesPerStep())
            .put("slots", slots(registry, r))
            .put("snapshots", traits.cost().snapshotsPerTask())
            .put("certificate", certificates.of(r).label());
        ArrayNode references = node.putArray("references");
        traits.references().forEach(references::add);
      }
      out.println(Json.text(array));
      return ExitCode.OK;
    }
    int idWidth = all.stream().mapToInt(r -> r.provider().id().value().length()).max().orElse(0);
    String line = "%-" + Math.max(1, idWidth) + "s  %-11s  %6s  %5s  %-9s  %s%n";
    for (Registered r : all) {
      Traits traits = traits(registry, r);
      String said =
          r.provider().summary()
              + traits.references().stream()
                  .findFirst()
                  .map(reference -> " [" + shortened(reference) + "]")
                  .orElse("")
              + " ("
              + r.origin().location().getFileName()
              + " "
              + r.origin().version()
              + ")";
      out.printf(
          Locale.ROOT,
          line,
          r.provider().id(),
          r.provider().kind().label(),
          cost(r, traits.cost().passesPerStep()),
          cost(r, slots(registry, r)),
          certificates.of(r).label(),
          Printable.line(said));
    }
    return ExitCode.OK;
  }

  /** The traits that a component declares with its default settings. */
  private static Traits traits(PluginRegistry registry, Registered r) {
    return registry.component(Value.Call.word(r.provider().id().value())).traits();
  }

  /** The floats of state for each parameter, of a kernel if their shapes are declared. */
  private static double slots(PluginRegistry registry, Registered r) {
    return DescribeCommand.slotsPerParameter(
        registry.component(Value.Call.word(r.provider().id().value())));
  }

  /** A cost of a training step; a dash for a component that takes no part in training. */
  private static String cost(Registered r, double number) {
    return number == 0 && r.provider().kind().compareTo(Kind.MERGER) > 0
        ? "-"
        : new Value.Num(StepBench.rounded(number, 100)).toString();
  }

  /** Authors, year and arXiv number; the full reference if these are not found. */
  static String shortened(String reference) {
    Matcher m = REFERENCE.matcher(reference);
    return m.find()
        ? m.group("who") + (m.group("arxiv") == null ? "" : ", " + m.group("arxiv"))
        : reference;
  }
}
