package io.github.palimpsest.cli.bench;

import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.cli.option.Ranged;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.results.folder.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench regress}. */
@Command(
    name = "regress",
    description = "Compares two result files of 'bench step --json', line by line.",
    mixinStandardHelpOptions = true)
final class RegressCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "BEFORE", description = "one JSON object a line")
  Path before = Path.of("");

  @Parameters(index = "1", paramLabel = "AFTER", description = "one JSON object a line")
  Path after = Path.of("");

  @Option(
      names = "--margin",
      converter = Ranged.AtLeastZero.class,
      defaultValue = "0.1",
      description = "slower by more than this share fails; default: ${DEFAULT-VALUE}")
  double margin;

  /** What is compared of a line. */
  record Timed(@Nullable String shape, @Nullable String recipe, @Nullable Double medianMs) {}

  @Override
  public Integer call() {
    Map<String, Double> old = millis(before);
    Map<String, Double> now = millis(after);
    PrintWriter out = spec.commandLine().getOut();
    int compared = 0;
    int slower = 0;
    for (Map.Entry<String, Double> e : now.entrySet()) {
      Double reference = old.get(e.getKey());
      if (reference == null) {
        out.println("new      " + e.getKey());
        continue;
      }
      double ratio = e.getValue() / reference;
      boolean worse = ratio > 1 + margin;
      compared++;
      slower += worse ? 1 : 0;
      out.printf(Locale.ROOT, "%-8s %.3f  %s%n", worse ? "SLOWER" : "ok", ratio, e.getKey());
    }
    if (compared == 0) {
      throw new PalimpsestException(
          "'" + before + "' and '" + after + "' measure nothing in common");
    }
    return slower > 0 ? ExitCode.FAILED : ExitCode.OK;
  }

  private static Map<String, Double> millis(Path file) {
    Map<String, Double> measured = new TreeMap<>();
    try {
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).isBlank()) {
          continue;
        }
        Timed line = timed(lines.get(i));
        if (line.medianMs() == null) {
          throw new PalimpsestException(file + ":" + (i + 1) + ": no number 'median_ms'");
        }
        measured.put(line.shape() + " " + line.recipe(), line.medianMs());
      }
      return measured;
    } catch (IOException e) {
      throw new PalimpsestException("'" + file + "' cannot be read: " + e.getMessage(), e);
    }
  }

  private static Timed timed(String line) throws IOException {
    try {
      return Json.read(line, Timed.class);
    } catch (MismatchedInputException e) {
      return new Timed(null, null, null);
    }
  }
}
