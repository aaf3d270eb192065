package io.github.palimpsest.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.cli.option.CellsOptions;
import io.github.palimpsest.cli.option.ProbeOptions;
import io.github.palimpsest.execution.probe.ProbeRun;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.results.folder.Json;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code probe}: sharpness, curvature and drift before each next stage, and at the end. */
@Command(
    name = "probe",
    description =
        "Measures finished cells with probes; the report relates what was measured after a stage to"
            + " the forgetting that followed.",
    mixinStandardHelpOptions = true)
final class ProbeCommand implements Callable<Integer> {
  @Mixin CellsOptions chosen = new CellsOptions();

  @Option(
      names = "--probes",
      paramLabel = "PROBE",
      description =
          "for example 'sam-gap(rho=0.1) + kl-drift'; may be repeated; default: those of the"
              + " experiment file, or all probes")
  List<String> probes = new ArrayList<>();

  @Option(
      names = "--at",
      paramLabel = "WHEN",
      description =
          "stages: after each stage that another follows, on its own training examples; end: at the"
              + " final weights; both; default: both")
  ProbeOptions.Moment moment = ProbeOptions.Moment.BOTH;

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
        options.measure(moment, plan, finished, wanted, chosen.folder, spec.commandLine().getErr());
    print(all);
    return all.exitCode();
  }

  private void print(ProbeOptions.Outcome all) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ArrayNode array = Json.array();
      all.stages().forEach(m -> array.add(Json.tree(m)));
      all.cells().forEach(m -> array.add(Json.tree(m)));
      out.println(Json.text(array));
      return;
    }
    all.stages().forEach(m -> print(m.stage(), "after " + m.on(), m.probe(), m.summary()));
    all.cells().forEach(m -> print(m.cell(), "at the end", m.probe(), m.summary()));
  }

  private void print(String id, String when, String probe, SortedMap<String, Double> values) {
    values.forEach(
        (name, value) ->
            spec.commandLine()
                .getOut()
                .printf(Locale.ROOT, "%s  %s  %s  %s  %.6g%n", id, when, probe, name, value));
  }
}
