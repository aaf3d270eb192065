package io.github.palimpsest.cli.submit;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.cli.option.FolderExperiment;
import io.github.palimpsest.cli.option.Ranged;
import io.github.palimpsest.experiment.subject.InputPaths;
import io.github.palimpsest.results.text.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What {@code plan} writes for a cluster. */
public final class SubmissionOptions {
  /** The kinds of files, of which at most one is written. */
  static final class Kind {
    @Option(
        names = "--slurm",
        description = "write an array job of Slurm that runs --workers N times 'work'")
    boolean slurm;

    @Option(
        names = "--k8s",
        description = "write an indexed Job of Kubernetes with --workers N pods that run 'work'")
    boolean kubernetes;

    @Option(
        names = "--shell",
        description = "write a shell script that runs --workers N times 'work' on this machine")
    boolean shell;
  }

  @ArgGroup @Nullable Kind kind;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "the file for --slurm, --k8s or --shell; default: standard output")
  @Nullable Path out;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description =
          "the output folder that --slurm, --k8s or --shell prepares; default: palimpsest-out/NAME")
  @Nullable Path folder;

  @Option(
      names = "--cpus",
      converter = Ranged.Count.class,
      paramLabel = "N",
      description = "processors of each worker; default: 2")
  @Nullable Integer cpus;

  @Option(
      names = "--queue",
      paramLabel = "NAME",
      description = "the partition of Slurm, or the local queue of Kueue")
  @Nullable String queue;

  @Option(
      names = "--image",
      paramLabel = "IMAGE",
      description = "the container image for --k8s, with 'palimpsest' on its PATH")
  @Nullable String image;

  @Option(
      names = "--claim",
      paramLabel = "NAME",
      description = "the persistent volume claim for --k8s with the output folder, data and model")
  @Nullable String claim;

  @Option(
      names = "--mount",
      paramLabel = "DIR",
      description = "where --k8s mounts the volume; default: the folder that has the output folder")
  @Nullable Path mount;

  /** Whether a file is to be written. */
  public boolean wanted() {
    return kind != null;
  }

  /**
   * Refuses options that would have no effect, and missing ones.
   *
   * @throws PalimpsestException with the name of the option
   */
  public void check() {
    Map<String, @Nullable Object> ofAll = new LinkedHashMap<>();
    ofAll.put("--out", out);
    ofAll.put("--folder", folder);
    ofAll.put("--cpus", cpus);
    ofAll.put("--queue", queue);
    Map<String, @Nullable Object> ofKubernetes = new LinkedHashMap<>();
    ofKubernetes.put("--image", image);
    ofKubernetes.put("--claim", claim);
    ofKubernetes.put("--mount", mount);
    if (kind == null) {
      refuse(ofAll, "--slurm, --k8s or --shell");
    }
    if (kind == null || !kind.kubernetes) {
      refuse(ofKubernetes, "--k8s");
    } else if (image == null || claim == null) {
      throw new PalimpsestException("--k8s needs --image and --claim");
    }
    if (kind != null && kind.shell && queue != null) {
      throw new PalimpsestException("--queue has no effect with --shell");
    }
    word("--queue", queue);
    word("--claim", claim);
  }

  private static void refuse(Map<String, @Nullable Object> options, String needed) {
    options.forEach(
        (name, value) -> {
          if (value != null) {
            throw new PalimpsestException(name + " has no effect without " + needed);
          }
        });
  }

  /** A partition, queue or claim is a name of the cluster, which has no other characters. */
  private static void word(String option, @Nullable String value) {
    if (value != null && !value.matches("[A-Za-z0-9][A-Za-z0-9._,-]{0,252}")) {
      throw new PalimpsestException(
          option
              + " '"
              + Printable.line(value)
              + "' is no name: letters, digits, '.', '_', '-' and ',' are allowed");
    }
  }

  /** The output folder. */
  public Path folder(String name) {
    return (folder == null ? FolderExperiment.ofName(name) : folder).toAbsolutePath().normalize();
  }

  /** The processors of each worker. */
  public int cpus() {
    return cpus == null ? 2 : cpus;
  }

  /** The {@code palimpsest} of the machines: in a container, the one on its path. */
  public String command() {
    boolean contained = kind != null && kind.kubernetes;
    return contained ? "palimpsest" : System.getProperty("palimpsest.launcher", "palimpsest");
  }

  /** The text of the file. */
  public String text(Submission submission) {
    if (kind != null && kind.slurm) {
      return SlurmScript.of(submission, Optional.ofNullable(queue));
    }
    if (image != null && claim != null) {
      return new KubernetesJob(image, claim, mount(submission.folder()), Optional.ofNullable(queue))
          .of(submission);
    }
    return ShellLoop.of(submission);
  }

  /**
   * What the pods of a Job do not find, since it is not in the volume that they mount.
   *
   * @param folder the output folder, absolute
   * @param inputs what they read; asked only for a Job
   */
  public List<String> unmounted(Path folder, Supplier<List<InputPaths.Input>> inputs) {
    if (kind == null || !kind.kubernetes) {
      return List.of();
    }
    Path at = mount(folder);
    return Stream.concat(
            Stream.of(new InputPaths.Input("the output folder", folder)), inputs.get().stream())
        .filter(input -> !inside(input.path(), at))
        .map(
            input ->
                "%s, '%s', is outside '%s', where the pods mount the volume: unless the image has"
                        .formatted(input.what(), input.path(), at)
                    + " it, move it there or give another --mount")
        .toList();
  }

  /** Whether a path is below a folder, also after its links where the folder is on this machine. */
  private static boolean inside(Path path, Path folder) {
    try {
      return path.startsWith(folder)
          && (!Files.exists(folder) || path.toRealPath().startsWith(folder.toRealPath()));
    } catch (IOException e) {
      return false; // it is not there at all
    }
  }

  private Path mount(Path folder) {
    return mount == null ? parent(folder) : mount.toAbsolutePath().normalize();
  }

  private static Path parent(Path folder) {
    Path parent = folder.getParent();
    return parent == null ? folder : parent;
  }

  /** Where to write it; empty for standard output. */
  public Optional<Path> out() {
    return Optional.ofNullable(out);
  }

  /** Writes the file. */
  public static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new PalimpsestException("'" + file + "' cannot be written: " + e, e);
    }
  }
}
