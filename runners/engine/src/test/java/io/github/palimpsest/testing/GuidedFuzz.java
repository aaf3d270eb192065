package io.github.palimpsest.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Gives a parser the inputs of Jazzer, in a process of its own. What an input may do is as in
 * {@link Fuzz}; that it must not end or hang the process comes on top.
 *
 * <p>All that a run leaves is in {@code target/fuzz/NAME}: {@code log}, the inputs that reached new
 * code in {@code corpus}, from which the next run goes on, and what was found in {@code crash-*},
 * {@code timeout-*} and {@code oom-*}. Jazzer is there with the Maven profile {@code fuzz} alone.
 */
public final class GuidedFuzz implements Runnable {
  private static final String JAZZER = "com.code_intelligence.jazzer.Jazzer";
  private static final String CLASS = "fuzz.class";
  private static final String NAME = "fuzz.target";

  /** The code that inputs are to reach more of: this project's and that of its parsers. */
  private static final String GUIDES =
      "io.github.palimpsest.**:com.fasterxml.jackson.**:org.snakeyaml.**";

  /** A recipe and a filter may have a regular expression of the user's. */
  private static final String NO_FINDING = "com.code_intelligence.jazzer.sanitizers.RegexInjection";

  private static FuzzTarget.@Nullable Parser tried;

  private final FuzzTargets targets;
  private final FuzzTarget target;

  GuidedFuzz(FuzzTargets targets, FuzzTarget target) {
    this.targets = targets;
    this.target = target;
  }

  /**
   * Tries the parser with {@code fuzz.inputs} inputs, for {@code fuzz.seconds} at most (an hour
   * where it is not set).
   *
   * @throws AssertionError with the end of the log if there is a finding
   */
  @Override
  public void run() {
    Path folder = Path.of("target", "fuzz", target.fileName()).toAbsolutePath();
    Path log = folder.resolve("log");
    try {
      Path corpus = Files.createDirectories(folder.resolve("corpus"));
      Path seeds = Files.createDirectories(folder.resolve("seeds"));
      for (int i = 0; i < target.seeds().size(); i++) {
        Files.write(seeds.resolve("seed-" + i), target.seeds().get(i));
      }
      int status =
          new ProcessBuilder(command(folder, corpus, seeds))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start()
              .waitFor();
      List<String> lines = Files.readString(log, UTF_8).lines().toList();
      lines.stream()
          .filter(l -> l.startsWith("Done ") || l.startsWith("stat::number_of_executed_units"))
          .forEach(l -> System.out.println("fuzz " + target.name() + ": " + l));
      if (status != 0) {
        String end = String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
        throw new AssertionError(
            target.name() + ", exit code " + status + ", " + log + ":\n" + end);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<String> command(Path folder, Path corpus, Path seeds) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "-Xmx3g"));
    for (String property : List.of("golden.dir", "java.io.tmpdir")) {
      command.add("-D" + property + "=" + System.getProperty(property, ""));
    }
    command.add("-D" + CLASS + "=" + targets.getClass().getName());
    command.add("-D" + NAME + "=" + target.name());
    command.add(JAZZER);
    command.add("--target_class=" + GuidedFuzz.class.getName());
    command.add("--instrumentation_includes=" + GUIDES);
    command.add("--disabled_hooks=" + NO_FINDING);
    command.add("--reproducer_path=" + folder);
    command.add("--keep_going=10");
    command.add("-artifact_prefix=" + folder + "/");
    command.add("-runs=" + Long.getLong("fuzz.inputs", target.inputs()));
    command.add("-max_total_time=" + Long.getLong("fuzz.seconds", 3600));
    command.add("-max_len=65536");
    command.add("-timeout=60");
    command.add("-rss_limit_mb=6000");
    command.add("-print_final_stats=1");
    command.add(corpus.toString());
    command.add(seeds.toString());
    return command;
  }

  /** Called by Jazzer first. */
  public static void fuzzerInitialize() throws Exception {
    Path folder = Files.createTempDirectory("fuzz");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
    Constructor<?> constructor = Class.forName(System.getProperty(CLASS)).getDeclaredConstructor();
    constructor.setAccessible(true);
    FuzzTargets targets = (FuzzTargets) constructor.newInstance();
    tried =
        targets.in(folder).stream()
            .filter(t -> t.name().equals(System.getProperty(NAME)))
            .findFirst()
            .orElseThrow()
            .parser();
  }

  /** Called by Jazzer with each input. */
  public static void fuzzerTestOneInput(byte[] input) throws Throwable {
    if (tried == null) {
      throw new IllegalStateException("it is not initialised");
    }
    Fuzz.refuses(tried, input);
  }

  private static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
