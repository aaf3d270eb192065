package io.github.palimpsest.cli;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.cli.option.KindName;
import io.github.palimpsest.cli.terminal.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code new-plugin}: a Maven project with one working component, its kit test and a CI file. */
@Command(
    name = "new-plugin",
    description = "Creates a Maven project with one working component as a starting point.",
    mixinStandardHelpOptions = true)
final class NewPluginCommand implements Callable<Integer> {
  @Option(
      names = "--kind",
      required = true,
      paramLabel = "KIND",
      converter = KindName.class,
      completionCandidates = KindName.Words.class,
      description = "kind of component: ${COMPLETION-CANDIDATES}")
  Kind kind = Kind.OPTIMIZER;

  @Option(
      names = "--id",
      required = true,
      paramLabel = "VENDOR.NAME",
      description = "the component's name, for example acme.foo")
  String id = "";

  @Parameters(paramLabel = "DIR", description = "the project's folder; created if it is missing")
  Path folder = Path.of("");

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    ComponentId component = new ComponentId(id);
    if (component.vendor().isEmpty()) {
      throw new PalimpsestException(
          "component id '" + id + "' needs a vendor prefix, such as acme." + id);
    }
    try {
      requireEmpty();
      PluginProject project = PluginProject.of(kind, component);
      project.write(folder);
      report(project);
      return ExitCode.OK;
    } catch (IOException e) {
      throw new PalimpsestException("project '" + folder + "' cannot be written: " + e, e);
    }
  }

  private void requireEmpty() throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new PalimpsestException("'" + folder + "' is not a folder");
    }
    try (Stream<Path> found = Files.list(folder)) {
      if (found.findAny().isPresent()) {
        throw new PalimpsestException("folder '" + folder + "' is not empty");
      }
    }
  }

  private void report(PluginProject project) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("made " + folder + ": the " + kind.label() + " " + id);
    String command = System.getProperty("palimpsest.launcher", "palimpsest");
    out.println("  cd " + folder + " && ./mvnw verify");
    out.println("  " + command + " verify target/" + project.jarName());
    out.println("  mkdir -p plugins && cp -r target/*.jar target/certificates plugins");
    project
        .preparation()
        .ifPresent(line -> out.println("  " + command + " " + line + " --plugins plugins"));
    out.println("  " + command + " run grid/experiment.yaml --plugins plugins");
    if (!Files.isDirectory(folder.resolve(PluginProject.REPOSITORY))) {
      spec.commandLine()
          .getErr()
          .println(
              "palimpsest: this is not a distribution, so the build needs palimpsest-api,"
                  + " palimpsest-engine, palimpsest-decoder, palimpsest-optimizers and"
                  + " palimpsest-tck from your repository");
    }
  }
}
