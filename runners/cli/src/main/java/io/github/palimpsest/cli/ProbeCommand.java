package io.github.palimpsest.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.cli.option.CellsOptions;
import io.github.palimpsest.cli.option.ProbeOptions;
import io.github.palimpsest.execution.probe.ProbeRun;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.folder.Measurement;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code probe}: sharpness, curvature and drift of finished cells. */
@Command(
    name = "probe",
    description = "Measures finished cells with probes; the report shows what they found.",
    mixinStandardHelpOptions = true)
final class ProbeCommand implements Callable<Integer> {
  @Mixin CellsOptions chosen = new CellsOptions();

  @Option(
      names = "--probes",
      paramLabel = "PROBE",
      description =
          "for example 'sam-gap(rho=0.1) + kl-drift'; may be repeated; default: those of the"
              + " experiment file, or every probe there is")
  List<String> probes = new ArrayList<>();

  @Mixin ProbeOptions options = new ProbeOptions();

  @Option(names = "--json", description = "an array of measurements")
  boolean json;

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    Plan plan = chosen.plan();
    List<Component<Probe>> wanted =
        probes.isEmpty()
            ? ProbeRun.planned(plan).orElseGet(() -> ProbeRun.all(plan))
            : ProbeRun.probes(plan, probes);
    List<Cell> finished = chosen.finished(plan);
    ProbeOptions.Outcome all =
        options.measure(plan, finished, wanted, chosen.folder, spec.commandLine().getErr());
    print(all.measurements());
    return all.exitCode();
  }

  private void print(List<Measurement> all) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ArrayNode array = Json.array();
      for (Measurement m : all) {
        ObjectNode node = array.addObject().put("cell", m.cell()).put("probe", m.probe());
        node.put("on", m.on()).put("examples", m.examples());
        m.values().forEach(node.putObject("values")::put);
      }
      out.println(Json.text(array));
      return;
    }
    for (Measurement m : all) {
      m.summary()
          .forEach(
              (name, value) ->
                  out.printf(Locale.ROOT, "%s  %s  %s  %.6g%n", m.cell(), m.probe(), name, value));
    }
  }
}
