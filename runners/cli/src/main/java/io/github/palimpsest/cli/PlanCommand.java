package io.github.palimpsest.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.ablation.Cell;
import io.github.palimpsest.ablation.Excluded;
import io.github.palimpsest.ablation.Plan;
import io.github.palimpsest.ablation.Stages;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plan}: what a run would do, and what it would leave out. */
@Command(
    name = "plan",
    description = "Shows the cells of an experiment and what is excluded, and runs nothing.",
    mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {
  @Mixin ExperimentOptions experiment = new ExperimentOptions();
  @Mixin PluginOptions plugins = new PluginOptions();

  @Option(names = "--json", description = "one object")
  boolean json;

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    Plan plan = Plan.of(experiment.read(), plugins.registry());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.text(json(plan)));
    } else {
      for (Cell cell : plan.cells()) {
        out.println(cell.id() + "  seed " + cell.seed() + "  " + plan.label(cell));
      }
      for (Excluded e : plan.excluded()) {
        out.println("excluded  " + e.levels() + ": " + e.reason());
      }
      if (!plan.selected().design().isEmpty()) {
        out.println(
            "design    " + plan.selected().design() + "; left out: " + plan.selected().left());
        plan.selected().aliases().forEach(a -> out.println("aliases   " + a));
      }
      out.println(plan.cells().size() + " cells, " + plan.excluded().size() + " excluded");
      if (!plan.cells().isEmpty()) {
        out.println(trainings(Stages.of(plan, true)));
      }
    }
    return plan.cells().isEmpty() ? ExitCode.RULE : ExitCode.OK;
  }

  private static String trainings(Stages stages) {
    int shared = stages.all().size();
    return String.format(
        Locale.ROOT,
        "%,d task trainings without sharing, %,d with (%.1f times fewer)",
        stages.withoutSharing(),
        shared,
        (double) stages.withoutSharing() / shared);
  }

  private static ObjectNode json(Plan plan) {
    ObjectNode node = plan.json();
    Stages stages = Stages.of(plan, true);
    node.putObject("task_trainings")
        .put("without_sharing", stages.withoutSharing())
        .put("with_sharing", stages.all().size());
    ObjectNode shared = node.putObject("shared");
    plan.shared().forEach(shared::put);
    return node;
  }
}
