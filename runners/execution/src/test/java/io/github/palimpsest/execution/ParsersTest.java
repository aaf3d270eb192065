package io.github.palimpsest.execution;

import static io.github.palimpsest.testing.FuzzTarget.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.execution.file.ExperimentFileTest;
import io.github.palimpsest.execution.lease.Lease;
import io.github.palimpsest.execution.lease.Leases;
import io.github.palimpsest.execution.lease.Participant;
import io.github.palimpsest.execution.task.TaskFileTest;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.task.TaskFile;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.testing.FuzzTarget;
import io.github.palimpsest.testing.FuzzTargets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Whatever an experiment file, a recipe or a lease holds is read or refused. */
class ParsersTest implements FuzzTargets {
  @Override
  public List<FuzzTarget> in(Path folder) throws IOException {
    FolderLayout layout = new FolderLayout(folder);
    Files.createDirectories(layout.work());
    PluginRegistry registry = Plugins.onClassPath();
    return List.of(
        FuzzTarget.of(
            "experiment file",
            1_500,
            input -> ExperimentFile.parse("x.yaml", text(input), folder, Map.of()),
            ExperimentFileTest.GOOD,
            ExperimentFile.builtIn("quickstart").orElseThrow()),
        FuzzTarget.of(
            "task file",
            1_500,
            input -> assertThat(TaskFile.read("x.yaml", text(input), registry)).isNotEmpty(),
            TaskFileTest.GOOD,
            "name: q_${variant}\nvariants: [a, b]\ndata: {set: o/n}\ncontext: \"{{q}}\"\n"
                + "answers: {each: a}\nstops: [\"\\n\"]\nmatches: [{name: m, find: 'a+'}]\n"),
        FuzzTarget.of(
            "recipe with settings",
            10_000,
            input -> {
              String canonical = registry.recipe(text(input)).text().toString();
              assertThat(registry.recipe(canonical).text()).hasToString(canonical);
            },
            "adamw(lr=cosine(peak=1e-3, warmup=10), weight-decay=0.1)",
            "sam(rho=0.05, base=sgd(lr=linear(peak=0.1, end=0.01)))",
            "sgd(lr=0.1) + ewc(lambda=10, examples=5) | wise-ft(alpha=0.5)",
            "lora(rank=8, target=\".*(q|k)_proj\") + adamw + replay(ratio=0.1)"),
        FuzzTarget.of(
            "value of --set",
            1_500,
            input ->
                ExperimentFile.parse(
                    "x.yaml", ExperimentFileTest.GOOD, folder, Map.of("shared", text(input))),
            "../shared",
            "${data}/x",
            "a: b"),
        FuzzTarget.of(
            "lease",
            300,
            input -> {
              Files.write(layout.lock("unit"), input);
              try (Leases leases = new Leases(layout, Participant.USUAL)) {
                leases.take("unit").ifPresent(Lease::close);
              }
            },
            "{\"token\": \"0123456789abcdef0123456789abcdef\", \"worker\": {\"id\":"
                + " \"0123456789abcdef\", \"host\": \"a\", \"system\": \"b\","
                + " \"lease_seconds\": 60.0}, \"pid\": 1, \"folder\": \"unit\"}"));
  }
}
