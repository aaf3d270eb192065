package io.github.palimpsest.cli.bench;

import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.cli.option.Ranged;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.storage.IoReason;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
    description = {
      "Compares two files of measurements: lines of 'bench step --json', or ratios to PyTorch of"
          + " 'against_pytorch.py --ratios'. Of several lines of one case, the median counts."
    },
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
      description = "more by more than this share fails; default: ${DEFAULT-VALUE}")
  double margin;

  /**
   * What is compared of a line: milliseconds of a step, or ratios to another program that was
   * measured in the same run.
   */
  record Line(
      @Nullable String shape,
      @Nullable String recipe,
      @Nullable Integer lora,
      @Nullable String against,
      @Nullable String processor,
      @Nullable Integer threads,
      @Nullable String products,
      @Nullable Integer towers,
      @Nullable Double medianMs,
      @Nullable Double stepRatio,
      @Nullable Double firstStepRatio,
      @Nullable Double memoryRatio) {

    /** The measured numbers by the case and, for a ratio, what it is one of. */
    Map<String, Double> measured() {
      Map<String, Double> numbers = new LinkedHashMap<>();
      if (shape == null || recipe == null) {
        return numbers;
      }
      String name = shape + " " + recipe;
      name += towers == null || towers == 1 ? "" : ", " + towers + " towers";
      if (against == null) {
        put(numbers, name, medianMs);
        return numbers;
      }
      name += lora == null || lora == 0 ? "" : ", LoRA of rank " + lora;
      name +=
          " against %s on %s, %s threads, %s: ".formatted(against, processor, threads, products);
      put(numbers, name + "step", stepRatio);
      put(numbers, name + "start to first step", firstStepRatio);
      put(numbers, name + "memory", memoryRatio);
      return numbers;
    }

    private static void put(Map<String, Double> numbers, String name, @Nullable Double number) {
      if (number != null) {
        numbers.put(name, number);
      }
    }
  }

  @Override
  public Integer call() {
    Map<String, Double> old = medians(before);
    Map<String, Double> now = medians(after);
    PrintWriter out = spec.commandLine().getOut();
    int compared = 0;
    int worse = 0;
    for (Map.Entry<String, Double> e : now.entrySet()) {
      Double reference = old.get(e.getKey());
      if (reference == null) {
        out.println("new      " + e.getKey());
        continue;
      }
      double ratio = e.getValue() / reference;
      boolean beyond = ratio > 1 + margin;
      compared++;
      worse += beyond ? 1 : 0;
      String word = beyond ? e.getKey().endsWith(": memory") ? "LARGER" : "SLOWER" : "ok";
      out.printf(Locale.ROOT, "%-8s %.3f  %s%n", word, ratio, e.getKey());
    }
    if (compared == 0) {
      throw new PalimpsestException(
          "'" + before + "' and '" + after + "' have no measurement in common");
    }
    long left = old.keySet().stream().filter(k -> !now.containsKey(k)).count();
    if (left > 0) {
      out.printf("%d of %d measurements in '%s' were not repeated%n", left, old.size(), before);
    }
    return worse > 0 ? ExitCode.FAILED : ExitCode.OK;
  }

  private static Map<String, Double> medians(Path file) {
    Map<String, List<Double>> all = new TreeMap<>();
    try {
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).isBlank()) {
          continue;
        }
        Map<String, Double> measured = measured(lines.get(i));
        if (measured.isEmpty()) {
          throw new PalimpsestException(
              file
                  + ":"
                  + (i + 1)
                  + ": no 'shape' and 'recipe' with a number 'median_ms', or with 'against' and"
                  + " 'step_ratio'");
        }
        measured.forEach((k, v) -> all.computeIfAbsent(k, n -> new ArrayList<>()).add(v));
      }
    } catch (IOException e) {
      throw new PalimpsestException("'" + file + "' cannot be read: " + IoReason.of(e), e);
    }
    Map<String, Double> medians = new TreeMap<>();
    all.forEach((k, v) -> medians.put(k, StepTimes.median(v.stream().mapToDouble(x -> x))));
    return medians;
  }

  private static Map<String, Double> measured(String line) throws IOException {
    try {
      return Json.read(line, Line.class).measured();
    } catch (MismatchedInputException e) {
      return Map.of();
    }
  }
}
