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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Loads the plugins of one JAR or folder in a separate process and lists what that touched. */
public final class LoadTrial {
  /** The system property with a file of {@link #load}'s lines, if this process has been told. */
  public static final String TOLD = "palimpsest.tck.loaded";

  private static final String JAR = "plugin.jar";

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

  void run(ComponentId id) throws IOException, InterruptedException {
    Finding finding = finding(lines(), id);
    if (finding != null) { // alone: what the other components of the JAR leave is not its fault
      finding = finding(load(location, Optional.of(id)), id);
    }
    if (finding != null) {
      throw new BrokenRule(finding);
    }
  }

  /** What the plugins, and the answers of one component, leave; null if nothing. */
  private @Nullable Finding finding(List<String> lines, ComponentId id) {
    String fixture = "a process that loads the plugins of " + location;
    int loaded = lines.indexOf(LoadProbe.LOADED);
    if (loaded < 0) {
      String some = String.join("\n", lines.subList(0, Math.min(5, lines.size())));
      return new Finding(fixture, "they load", some);
    }
    String failed = LoadProbe.FAILED + id + "\t";
    Optional<String> failure = lines.stream().filter(l -> l.startsWith(failed)).findFirst();
    if (failure.isPresent()) {
      return new Finding(fixture, "'" + id + "' answers", failure.get().substring(failed.length()));
    }
    List<String> left =
        lines.subList(loaded + 1, lines.size()).stream()
            .filter(l -> !l.startsWith(LoadProbe.BEHAVIOUR))
            .toList();
    return left.isEmpty()
        ? null
        : new Finding(
            fixture,
            "no native library, no thread and no file",
            String.join("\n", left),
            left.toString().contains("native")
                ? "a static field or constructor that uses TensorFlow"
                : "");
  }

  /** What a new process prints while it loads the plugins of a location. */
  public static List<String> load(Path location) throws IOException, InterruptedException {
    return load(location, Optional.empty());
  }

  private static List<String> load(Path location, Optional<ComponentId> only)
      throws IOException, InterruptedException {
    try (TemporaryFolder folder = new TemporaryFolder()) {
      Path work = Files.createDirectory(folder.path().resolve("work"));
      boolean jar = Files.isRegularFile(location) && !onClassPath(location);
      Path from = location;
      if (jar) {
        from = Files.createDirectory(folder.path().resolve("jars"));
        Files.copy(location, from.resolve(JAR));
      }
      Path out = folder.path().resolve("out");
      List<String> arguments = new ArrayList<>(List.of(jar ? "jars" : "classes", from.toString()));
      only.ifPresent(id -> arguments.add(id.value()));
      Process process =
          new ProcessBuilder(
                  JavaCommand.of(LoadProbe.class.getName(), arguments)
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
      String copy = from.resolve(JAR).toString();
      return Files.readAllLines(out, StandardCharsets.UTF_8).stream()
          .map(line -> line.replace(copy, location.toString()))
          .distinct()
          .toList();
    }
  }

  private static boolean onClassPath(Path location) {
    return List.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .contains(location.toString());
  }
}
