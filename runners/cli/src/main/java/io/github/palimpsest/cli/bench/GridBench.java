package io.github.palimpsest.cli.bench;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.cli.Main;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.execution.pool.Whereabouts;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.results.folder.CellTimes;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.StageResult;
import io.github.palimpsest.results.folder.Timing;
import io.github.palimpsest.storage.IoReason;
import io.github.palimpsest.storage.JavaCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Grids of the smallest model in separate processes, as a user runs them. Measures the cost of
 * scheduling, and whether kills at random moments change a byte of the results.
 */
final class GridBench {
  private static final String TRAINING =
      "training: {steps: 40, batch: 8, max-length: 24, checkpoint-every: 10}\n";

  private final Path folder;
  private final PrintWriter err;

  GridBench(Path folder, PrintWriter err) {
    this.folder = folder;
    this.err = err;
  }

  /**
   * What a grid took, in seconds.
   *
   * @param cells how many cells have a result
   * @param workers how many processes worked
   * @param wallSeconds the whole run
   * @param stageSeconds training
   * @param scoreSeconds scoring
   * @param overhead what the workers' time is more than the sum of stages and scores, as a share
   * @param overheadRunning the same from the first cells' end to the last's, without the start of
   *     the processes and the report
   */
  record Overhead(
      int cells,
      int workers,
      double wallSeconds,
      double stageSeconds,
      double scoreSeconds,
      double overhead,
      double overheadRunning) {}

  /**
   * Runs a grid of quickstart cells that share nothing, and compares its time with that of its
   * stages.
   */
  Overhead overhead(int cells, int workers) {
    String quickstart = ExperimentFile.builtIn("quickstart").orElseThrow();
    String withoutAxes = quickstart.substring(0, quickstart.indexOf("axes:"));
    Path file = write(withoutAxes + axes("{levels: adamw, lr: [" + rates(cells) + "]}", "[none]"));
    Path out = folder.resolve("grid");
    long begun = System.nanoTime();
    finish(start(file, out, workers));
    double seconds = (System.nanoTime() - begun) / 1e9;
    double stages = 0;
    double scores = 0;
    for (Path stage : files(out, FolderLayout.ABOUT)) {
      Timing measured = JsonFile.read(stage, StageResult.class).measured();
      stages += measured == null ? 0 : seconds(measured.wallSeconds());
    }
    for (Path timing : files(out, FolderLayout.TIMING)) {
      scores += seconds(measured(timing).evaluationSeconds());
    }
    return new Overhead(
        results(out),
        workers,
        seconds,
        stages,
        scores,
        seconds * workers / (stages + scores) - 1,
        overheadRunning(files(out, FolderLayout.TIMING), workers));
  }

  /** The share from the end of each worker's first cell to the end of the last cell. */
  private static double overheadRunning(List<Path> timings, int workers) {
    List<Path> byEnd =
        timings.stream().sorted(Comparator.comparing(f -> f.toFile().lastModified())).toList();
    double busy = 0;
    for (Path timing : byEnd.subList(workers, byEnd.size())) {
      Timing measured = measured(timing);
      busy += seconds(measured.wallSeconds()) + seconds(measured.evaluationSeconds());
    }
    long from = byEnd.get(workers - 1).toFile().lastModified();
    long to = byEnd.get(byEnd.size() - 1).toFile().lastModified();
    return (to - from) / 1e3 * workers / busy - 1;
  }

  /**
   * What became of runs that were killed.
   *
   * @param kills how often one was killed
   * @param runsCompleted how many came to their end
   * @param filesCompared files of these that were compared with those of a run left alone
   * @param filesDiffering how many of them differ
   */
  record Kills(int kills, int runsCompleted, int filesCompared, int filesDiffering) {}

  /** Kills runs at random moments, resumes them, and compares what they end with. */
  Kills kills(int kills, int workers, long seed) {
    Path file =
        write(
            tasks(2)
                + TRAINING
                + axes("[adamw, \"sam(base=adamw)\"]", "[none, ewc, replay, wise-ft]"));
    Path reference = folder.resolve("reference");
    long begun = System.nanoTime();
    finish(start(file, reference, workers));
    double seconds = (System.nanoTime() - begun) / 1e9;
    RandomGenerator random = Streams.stream(seed, "kill", 0, 0);
    int done = 0;
    int completed = 0;
    int differing = 0;
    while (done < kills || completed == 0) {
      Path out = folder.resolve("killed-" + completed);
      boolean fresh = !Files.exists(out);
      begun = System.nanoTime();
      Process run = start(file, out, workers);
      if (done < kills && !ended(run, random.nextDouble() * seconds)) {
        List<ProcessHandle> all = new ArrayList<>(run.descendants().toList());
        all.add(0, run.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        ended(run, seconds);
        done++;
        err.printf("kill %d: %d of %d cells were done%n", done, results(out), results(reference));
        continue;
      }
      finish(run);
      if (fresh) { // on a machine that is less busy now, a kill would come after the end
        seconds = Math.min(seconds, (System.nanoTime() - begun) / 1e9);
      }
      differing += differences(reference, out);
      completed++;
    }
    return new Kills(done, completed, completed * compared(reference).size(), differing);
  }

  /**
   * The time of whole runs, from the start of the process to the report, for grids of cells with
   * one task each that share nothing.
   */
  Growth withCells(int workers) {
    return growth(
        "cells",
        List.of(10, 20, 40, 80),
        workers,
        n -> tasks(1) + TRAINING + axes("{levels: adamw, lr: [" + rates(n) + "]}", "[none]"));
  }

  /** The time of one cell with n tasks; after each task, all tasks so far are scored. */
  Growth withTasks() {
    return growth(
        "tasks", List.of(2, 4, 8, 16), 1, n -> tasks(n) + TRAINING + axes("[adamw]", "[none]"));
  }

  private Growth growth(
      String axis, List<Integer> sizes, int workers, IntFunction<String> experiment) {
    List<Double> millis = new ArrayList<>();
    for (int size : sizes) {
      Path file = write(experiment.apply(size));
      long begun = System.nanoTime();
      finish(start(file, folder.resolve(axis + "-" + size), workers));
      millis.add((System.nanoTime() - begun) / 1e6);
    }
    return new Growth(axis, sizes, millis);
  }

  private static String tasks(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(
            i ->
                "  - {name: task-%d, data: \"quickstart:%s\", measure: exact-match, max-new-tokens: 8}"
                    .formatted(i, i % 2 == 1 ? "facts" : "sorting"))
        .collect(Collectors.joining("\n", "name: grid\nmodel: quickstart\ntasks:\n", "\n"));
  }

  private static String rates(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> i + "e-5")
        .collect(Collectors.joining(", "));
  }

  private static String axes(String optimizers, String strategies) {
    return "axes:%n  optimizer: %s%n  strategy: %s%nseeds: [1]%n".formatted(optimizers, strategies);
  }

  private Path write(String text) {
    try {
      Files.createDirectories(folder);
      return Files.writeString(folder.resolve("grid.yaml"), text);
    } catch (IOException e) {
      throw new PalimpsestException("cannot write to '" + folder + "': " + e.getMessage(), e);
    }
  }

  private Process start(Path file, Path out, int workers) {
    List<String> run = List.of("run", file.toString(), "--out", out.toString());
    List<String> arguments = new ArrayList<>(run);
    arguments.addAll(List.of("--workers", Integer.toString(workers), "--json"));
    List<String> command =
        JavaCommand.of(Main.class.getName(), arguments).with(Whereabouts.jvmOptions()).words();
    try {
      return new ProcessBuilder(command)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("log.txt").toFile()))
          .start();
    } catch (IOException e) {
      throw new PalimpsestException("a run cannot be started: " + e.getMessage(), e);
    }
  }

  private static boolean ended(Process run, double seconds) {
    try {
      return run.waitFor(Math.round(seconds * 1000), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PalimpsestException("interrupted", e);
    }
  }

  private void finish(Process run) {
    try {
      int code = run.waitFor();
      if (code != ExitCode.OK) {
        throw new PalimpsestException(
            "a run ended with exit code " + code + "; see " + folder.resolve("log.txt"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PalimpsestException("interrupted", e);
    }
  }

  private int differences(Path reference, Path out) {
    TreeMap<String, byte[]> wanted = compared(reference);
    TreeMap<String, byte[]> found = compared(out);
    int differing = 0;
    for (String path :
        Stream.concat(wanted.keySet().stream(), found.keySet().stream()).distinct().toList()) {
      if (!java.util.Arrays.equals(wanted.get(path), found.get(path))) {
        err.println("differs: " + path);
        differing++;
      }
    }
    return differing;
  }

  /** All files of a run except measurements: results, the plan, and every step's loss. */
  private static TreeMap<String, byte[]> compared(Path out) {
    TreeMap<String, byte[]> all = new TreeMap<>();
    for (String name : List.of(FolderLayout.RESULT, FolderLayout.PLAN, FolderLayout.LOSSES)) {
      for (Path file : files(out, name)) {
        try {
          all.put(out.relativize(file).toString(), Files.readAllBytes(file));
        } catch (IOException e) {
          throw new PalimpsestException("'" + file + "' cannot be read", e);
        }
      }
    }
    return all;
  }

  private static int results(Path out) {
    return Files.isDirectory(out) ? files(out, FolderLayout.RESULT).size() : 0;
  }

  private static List<Path> files(Path out, String name) {
    try (Stream<Path> all = Files.walk(out)) {
      return all.filter(f -> f.endsWith(name)).sorted(Comparator.naturalOrder()).toList();
    } catch (IOException e) {
      throw new PalimpsestException("'" + out + "' cannot be read: " + IoReason.of(e), e);
    }
  }

  private static Timing measured(Path timing) {
    return JsonFile.read(timing, CellTimes.class).measured();
  }

  private static double seconds(@Nullable Double measured) {
    return measured == null ? 0 : measured;
  }
}
