package io.github.palimpsest.cli;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.data.DataFormat;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.api.measure.ChoiceMeasure;
import io.github.palimpsest.api.measure.Measure;
import io.github.palimpsest.api.measure.TargetMeasure;
import io.github.palimpsest.api.model.ModelFamilyProvider;
import io.github.palimpsest.api.optimizer.Slot;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.certificates.Certificates;
import io.github.palimpsest.cli.bench.StepBench;
import io.github.palimpsest.cli.describe.DescribedJson;
import io.github.palimpsest.cli.describe.Needs;
import io.github.palimpsest.cli.option.PluginOptions;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.text.Printable;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code describe}: one component, its equation, settings, cost and sources. */
@Command(
    name = "describe",
    description = "Describes a component: equation, settings, cost, sources.",
    mixinStandardHelpOptions = true)
final class DescribeCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "ID",
      description =
          "the component's name, as in 'list'; with settings, as \"adamw(lr=0.01)\", it is"
              + " described with these values")
  String id = "";

  @Mixin PluginOptions plugins = new PluginOptions();

  @Option(names = "--json", description = "one object")
  boolean json;

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    PluginRegistry registry = plugins.registry();
    Value.Call call = call(id);
    Registered found = registry.find(call.name());
    Component<?> component = registry.component(call);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.text(DescribedJson.of(found, component)));
    } else {
      print(found, component, call.arguments().keySet(), out);
    }
    return ExitCode.OK;
  }

  /** A name, with settings or without; a recipe has several. */
  private static Value.Call call(String written) {
    if (written.indexOf('(') < 0 && written.indexOf('+') < 0 && written.indexOf('|') < 0) {
      return Value.Call.word(written);
    }
    RecipeText text = RecipeText.parse(written);
    if (text.sum().size() > 1 || !text.pipe().isEmpty()) {
      throw new PalimpsestException(
          "'"
              + written
              + "' is a recipe of several components: describe one of them, such as '"
              + text.sum().get(0).name()
              + "'");
    }
    return text.sum().get(0);
  }

  private static void print(
      Registered found, Component<?> component, Set<String> stated, PrintWriter out) {
    Provider<?> p = found.provider();
    Traits traits = component.traits();
    out.println(p.id() + " (" + p.kind().label() + "): " + Printable.line(p.summary()));
    out.println();
    p.equation().lines().forEach(l -> out.println("  " + l));
    out.println();
    out.println(p.settings().isEmpty() ? "No settings." : "Settings:");
    for (Setting<?> s : p.settings()) {
      String value = DescribedJson.value(component, s).toString();
      String usual = s.defaultValue().toString();
      boolean given = stated.contains(s.key()) || s.aliases().stream().anyMatch(stated::contains);
      boolean other = given && !value.equals(usual);
      out.println("  " + s.key() + "=" + Printable.line((other ? value : usual) + "  " + s.doc()));
      out.println(
          "      "
              + Printable.line(
                  (other ? "default: " + usual + "; " : "")
                      + s.range()
                      + (s.aliases().isEmpty()
                          ? ""
                          : "; also read as " + String.join(", ", s.aliases()))));
    }
    out.println();
    Object made = component.create();
    if (made instanceof DataFormat format) {
      out.println("Keys: " + String.join(", ", format.keys()));
      if (!format.optionalKeys().isEmpty()) {
        out.println("Optional keys: " + String.join(", ", format.optionalKeys()));
      }
      out.println("Gives: " + DescribedJson.word(format.gives()));
      out.println("Example: " + format.example());
    } else if (p instanceof ModelFamilyProvider family) {
      out.println("Reads: model_type '" + family.modelType() + "'");
    } else if (made instanceof Measure measure) {
      out.println("Scores: " + scores(measure));
    } else if (p.kind() != Kind.TRACKER) {
      out.println("Cost: " + cost(component));
    }
    if (p.kind().compareTo(Kind.METRIC) <= 0) {
      out.println("Acts from: " + DescribedJson.word(traits.onset()));
    }
    if (!Needs.of(component).isEmpty()) {
      out.println("Needs: " + String.join(", ", Needs.of(component)));
    }
    if (!traits.conflicts().isEmpty()) {
      out.println("Not with: " + traits.conflicts().stream().sorted().toList());
    }
    Needs.notes(p.id()).forEach(n -> out.println(Printable.line(n)));
    traits.references().forEach(r -> out.println("Source: " + Printable.line(r)));
    out.println("Plugin: " + Printable.line(found.origin().toString()));
    out.println("Certificate: " + new Certificates().of(found).label());
  }

  static String scores(Measure measure) {
    String asked =
        measure instanceof TargetMeasure
            ? "the likelihood of target tokens"
            : measure instanceof ChoiceMeasure ? "the likelihood of choices" : "generated answers";
    return (measure.unit().isEmpty() ? "a share" : measure.unit())
        + " of "
        + asked
        + ", "
        + (measure.higherIsBetter() ? "higher" : "lower")
        + " is better; the best is "
        + new Value.Num(measure.best());
  }

  static String cost(Component<?> component) {
    if (component.create() instanceof Probe probe) {
      return "up to " + probe.passes() + " forward passes (a gradient counts as three)";
    }
    Cost cost = component.traits().cost();
    return counted(cost.passesPerStep(), "pass per step, ", "passes per step, ")
        + counted(
            slotsPerParameter(component),
            "float of state per parameter",
            "floats of state per parameter")
        + shapes(component)
        + ", "
        + counted(
            cost.snapshotsPerTask(),
            "copy of the weights per task",
            "copies of the weights per task");
  }

  private static String counted(double number, String one, String more) {
    double rounded = StepBench.rounded(number, 100);
    return new Value.Num(rounded) + " " + (rounded == 1 ? one : more);
  }

  /**
   * The floats of state for each parameter: the declared ones, and those of slots of declared
   * shapes, of a kernel of the shape that {@link #cost} names.
   */
  static double slotsPerParameter(Component<?> component) {
    return component.traits().cost().slotsPerParameter()
        + (double) Slot.floats(component, List.of(DescribedJson.KERNEL))
            / DescribedJson.KERNEL.shape().size();
  }

  /** The declared slots of a kernel in words; nothing if there are none. */
  private static String shapes(Component<?> component) {
    List<String> shapes =
        Slot.declared(component).stream()
            .flatMap(
                s -> s.shape(DescribedJson.KERNEL).map(shape -> s.name() + " " + shape).stream())
            .toList();
    return shapes.isEmpty()
        ? ""
        : " of a kernel " + DescribedJson.KERNEL.shape() + " (" + String.join(", ", shapes) + ")";
  }
}
