package io.github.palimpsest.cli.doctor;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Parts that an installation can do without, each with what needs it and how to get it.
 *
 * @param what the ability that needs the parts, in a word
 * @param purpose what a user gives to use it
 * @param parts what is missing; empty if nothing is
 */
public record MissingParts(String what, String purpose, List<String> parts) {
  private static final Path DRIVER = Path.of("/proc/driver/nvidia/version");
  private static final String HADOOP = "hadoop-client-api-.*\\.jar";
  private static final String S3A = "hadoop-aws-.*\\.jar";
  private static final String CUDA = "libcudart.so.12";

  /** Copies the list. */
  public MissingParts {
    parts = List.copyOf(parts);
  }

  /**
   * The surroundings of this process.
   *
   * @param classPath the entries of its class path
   * @param variables its environment
   * @param exists whether a file exists
   */
  public record Surroundings(
      List<String> classPath, Map<String, String> variables, Predicate<Path> exists) {
    /** Those of this process. */
    public static Surroundings present() {
      return new Surroundings(
          List.of(System.getProperty("java.class.path").split(File.pathSeparator)),
          System.getenv(),
          Files::exists);
    }

    private boolean hasJar(String pattern) {
      return classPath.stream()
          .filter(entry -> !entry.isEmpty())
          .anyMatch(entry -> Path.of(entry).getFileName().toString().matches(pattern));
    }

    private boolean onLibraryPath(String library) {
      return Stream.of(variable("LD_LIBRARY_PATH").split(File.pathSeparator))
          .anyMatch(folder -> !folder.isEmpty() && exists.test(Path.of(folder, library)));
    }

    private String variable(String name) {
      return variables.getOrDefault(name, "");
    }
  }

  /** What a GPU needs. */
  public static MissingParts gpu(Surroundings here) {
    List<String> missing = new ArrayList<>();
    if (!here.hasJar("tensorflow-core-native-.*-gpu\\.jar")) {
      missing.add(
          "this build has TensorFlow for the CPU only: build with PALIMPSEST_GPU=1, or -Pgpu");
    }
    if (!here.onLibraryPath(CUDA)) {
      missing.add(
          "no folder of LD_LIBRARY_PATH has the CUDA 12 libraries ("
              + CUDA
              + "): runners/bin/palimpsest with PALIMPSEST_GPU=1 brings them");
    }
    if (!here.exists().test(DRIVER)) {
      missing.add("no NVIDIA driver is loaded (" + DRIVER + " does not exist)");
    }
    if (missing.isEmpty()) {
      missing.add("nothing is missing, but TensorFlow found no GPU: run 'doctor --debug'");
    }
    return new MissingParts("GPU", "for --device gpu:N", missing);
  }

  /** What a run on a Spark cluster needs. */
  public static MissingParts spark(Surroundings here) {
    List<String> missing = new ArrayList<>();
    if (!here.hasJar("palimpsest-spark-.*\\.jar") || !here.hasJar("spark-core_2\\.13-.*\\.jar")) {
      missing.add(
          "this build has no Spark: runners/bin/palimpsest with PALIMPSEST_SPARK=1 builds it, and"
              + " so does -Pspark");
    }
    String home = here.variable("SPARK_HOME");
    if (home.isEmpty()) {
      missing.add(
          "SPARK_HOME is not set, which local-cluster needs: a Spark 4 with Scala 2.13, or"
              + " PALIMPSEST_SPARK=1");
    } else if (!here.exists().test(Path.of(home, "jars"))) {
      missing.add("SPARK_HOME=" + home + " has no folder jars: name a Spark 4 with Scala 2.13");
    }
    return new MissingParts(
        "Spark",
        "for a run on a Spark cluster; 'work' and 'plan --slurm, --k8s, --shell' need none",
        missing);
  }

  /** The file systems on which results can be, by the schemes of their addresses. */
  public static List<String> fileSystems(Surroundings here) {
    List<String> there = new ArrayList<>(List.of("mounted"));
    if (here.hasJar(HADOOP)) {
      there.addAll(List.of("file", "hdfs"));
      if (here.hasJar(S3A)) {
        there.add("s3a");
      }
    }
    return there;
  }

  /** What results on other than mounted file systems need. */
  public static MissingParts remoteFileSystems(Surroundings here) {
    List<String> missing = new ArrayList<>();
    if (!here.hasJar(HADOOP)) {
      missing.add(
          "this build reads and writes mounted file systems only: runners/bin/palimpsest with"
              + " PALIMPSEST_SPARK=1 adds hdfs:// for 'run --on CLUSTER --store URI'");
    }
    if (!here.hasJar(S3A)) {
      missing.add(
          "no hadoop-aws, for s3a://: runners/bin/palimpsest with PALIMPSEST_SPARK=1 and"
              + " PALIMPSEST_S3=1 adds it (runners/docs/clusters.md)");
    }
    return new MissingParts(
        "remote file systems", "for folders by address, such as hdfs:// and s3a://", missing);
  }
}
