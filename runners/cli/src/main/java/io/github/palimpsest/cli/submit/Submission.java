package io.github.palimpsest.cli.submit;

import io.github.palimpsest.results.text.Printable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A number of identical workers on one output folder.
 *
 * @param name the experiment's name
 * @param workers how many workers
 * @param command the {@code palimpsest} command of the machines
 * @param directory the directory to start in
 * @param folder the output folder, absolute
 * @param options further options of {@code work}, without the device
 * @param cpus processors of each worker
 * @param gpus the GPUs of each worker
 * @param memory the memory of each worker
 */
public record Submission(
    String name,
    int workers,
    String command,
    Path directory,
    Path folder,
    List<String> options,
    int cpus,
    int gpus,
    Optional<Memory> memory) {
  /** A label of Kubernetes has at most 63 characters, and its pods add an index and a suffix. */
  private static final int LABEL = 50;

  /** Copies the list. */
  public Submission {
    options = List.copyOf(options);
  }

  /**
   * The memory that a worker asks for: the predicted peak with the error of the prediction, and the
   * process that watches the one that works.
   *
   * @param predicted the predicted peak of the process that works, its JVM included, in bytes
   * @param recipe the recipe that needs it
   */
  public record Memory(long predicted, String recipe) {
    /** The equation is checked to this ratio, see {@code runners/docs/memory.md}. */
    private static final double ERROR = 1.15;

    /** The JVM of {@code work} itself, which only watches: its heap, classes and threads. */
    private static final long WATCHING = 256L << 20;

    /** In MiB, rounded up. */
    public long mebibytes() {
      return (long) Math.ceil((predicted * ERROR + WATCHING) / (1 << 20));
    }

    /** Where the number comes from. */
    List<String> words() {
      return List.of(
          String.format(
              Locale.ROOT,
              "memory: %,d MiB = %,.0f MB predicted by 'palimpsest plan' (the JVM included) * %.2f",
              mebibytes(),
              predicted / 1e6,
              ERROR),
          "  + 256 MiB for the process that watches; most is needed by " + Printable.line(recipe));
    }
  }

  /** A name that Slurm and Kubernetes accept. */
  String label() {
    String plain =
        name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    String all = "palimpsest" + (plain.isEmpty() ? "" : "-" + plain);
    return all.substring(0, Math.min(LABEL, all.length())).replaceAll("-$", "");
  }

  /** The words of a worker's command line. */
  List<String> words() {
    List<String> words = new ArrayList<>(List.of(command, "work", folder.toString()));
    if (gpus > 0) {
      words.addAll(List.of("--device", gpus == 1 ? "gpu:0" : "gpu:0-" + (gpus - 1)));
    }
    words.addAll(options);
    return words;
  }

  /** What the file says about itself, without the signs of a comment. */
  List<String> comment(String submit) {
    List<String> lines = new ArrayList<>();
    lines.add(workers + (workers == 1 ? " worker" : " workers") + " for " + Printable.line(name));
    lines.add("submit: " + submit);
    lines.addAll(
        memory
            .map(Memory::words)
            .orElse(List.of("memory: not predicted, since the model is no decoder; add a limit")));
    if (gpus > 0) {
      lines.add("  (of the host; on a GPU most of it is on the device, which needs about as much)");
    }
    return lines;
  }
}
