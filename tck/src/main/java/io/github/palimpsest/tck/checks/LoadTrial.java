package io.github.palimpsest.tck.checks;

import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.storage.JavaCommand;
import io.github.palimpsest.tck.BrokenRule;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.LoadProbe;
import io.github.palimpsest.tck.rig.TemporaryFolder;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Loads the plugins of one JAR or folder in a separate process and lists what that touched. */
public final class LoadTrial {
  /** The system property with a file of {@link #load}'s lines, if this process has been told. */
  public static final String TOLD = "palimpsest.tck.loaded";

  /** The same property as in {@code KitProcess}, for slow machines. */
  private static final long LIMIT_SECONDS = Long.getLong("palimpsest.tck.seconds", 300);

  /** The result for each location: it is the same for all its components, and takes a process. */
  private static final Map<Path, List<String>> KNOWN = new ConcurrentHashMap<>();

  private final Path location;

  LoadTrial(Path location) {
    this.location = location;
  }

  /**
   * What a component does in that process, as a digest; empty if it was not found or needs a graph.
   */
  Optional<String> behaviour(ComponentId id) throws IOException, InterruptedException {
    String begin = LoadProbe.BEHAVIOUR + id + "\t";
    return lines().stream()
        .filter(l -> l.startsWith(begin))
        .map(l -> l.substring(begin.length()))
        .findFirst();
  }

  private List<String> lines() throws IOException, InterruptedException {
    List<String> lines = KNOWN.get(location);
    if (lines == null) {
      String told = System.getProperty(TOLD);
      lines = told == null ? load(location) : Files.readAllLines(Path.of(told));
      KNOWN.put(location, lines);
    }
    return lines;
  }

  void run() throws IOException, InterruptedException {
    List<String> lines = lines().stream().filter(l -> !l.startsWith(LoadProbe.BEHAVIOUR)).toList();
    int loaded = lines.indexOf("loaded");
    String fixture = "a process that loads the plugins of " + location;
    if (loaded < 0) {
      throw new BrokenRule(
          new Finding(
              fixture,
              "they load",
              String.join("\n", lines.subList(0, Math.min(5, lines.size())))));
    }
    List<String> left = lines.subList(loaded + 1, lines.size());
    Expect.that(
        left.isEmpty(),
        () ->
            new Finding(
                fixture,
                "no native library, no thread and no file",
                String.join("\n", left),
                left.toString().contains("native")
                    ? "a static field or constructor that uses TensorFlow"
                    : ""));
  }

  /** What a new process prints while it loads the plugins of a location. */
  public static List<String> load(Path location) throws IOException, InterruptedException {
    try (TemporaryFolder folder = new TemporaryFolder()) {
      Path work = Files.createDirectory(folder.path().resolve("work"));
      boolean jar = Files.isRegularFile(location) && !onClassPath(location);
      Path from = location;
      if (jar) {
        from = Files.createDirectory(folder.path().resolve("jars"));
        Files.copy(location, from.resolve("plugin.jar"));
      }
      Path out = folder.path().resolve("out");
      Process process =
          new ProcessBuilder(
                  JavaCommand.of(
                          LoadProbe.class.getName(),
                          List.of(jar ? "jars" : "classes", from.toString()))
                      .with("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData")
                      .with("-Djava.io.tmpdir=" + work)
                      .words())
              .directory(work.toFile())
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        return List.of("no end after " + LIMIT_SECONDS + " s");
      }
      return Files.readAllLines(out, StandardCharsets.UTF_8).stream().distinct().toList();
    }
  }

  private static boolean onClassPath(Path location) {
    return List.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .contains(location.toString());
  }
}
