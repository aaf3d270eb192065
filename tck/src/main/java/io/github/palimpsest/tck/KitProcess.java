package io.github.palimpsest.tck;

import io.github.palimpsest.storage.JavaCommand;
import io.github.palimpsest.tck.checks.LoadTrial;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process that judges one component ({@link KitMain}): its lines as they are printed, and the
 * reason for its end. A process that prints nothing for too long is killed; its files are in a
 * separate folder.
 */
final class KitProcess implements AutoCloseable {
  /** A rule takes seconds; the property is for slow machines. */
  static final String LIMIT = "palimpsest.tck.seconds";

  private static final long USUAL_LIMIT = 300;

  /** Exit codes from here on are 128 plus the number of a signal. */
  private static final int SIGNALS = 128;

  /** Begins what the JVM prints of an exception that no check of a rule met. */
  private static final String UNCAUGHT = "Exception in thread \"main\"";

  private final Path folder;
  private final Process process;
  private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();
  private final long limit = Long.getLong(LIMIT, USUAL_LIMIT);
  private boolean silent;

  private KitProcess(Path folder, Process process) {
    this.folder = folder;
    this.process = process;
  }

  /**
   * Starts one.
   *
   * @param component the component, as in a recipe
   * @param where as for {@link KitMain}
   * @param leftOut the ids of the rules to skip
   * @param loaded the lines of {@link LoadTrial#load} for the component's JAR or folder
   */
  static KitProcess start(String component, String where, List<String> leftOut, List<String> loaded)
      throws IOException {
    Path folder = Files.createTempDirectory("palimpsest-tck");
    Path lines = Files.write(folder.resolve("loaded"), loaded);
    List<String> arguments = new ArrayList<>(List.of(component, where));
    arguments.addAll(leftOut);
    List<String> command =
        JavaCommand.of(KitMain.class.getName(), arguments)
            .withArchive()
            .with("-D" + LoadTrial.TOLD + "=" + lines)
            .with("-Xmx2g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
            .with("-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=" + folder.resolve("crash"))
            .with("-Dpalimpsest.threads=1")
            .with("-D" + Failures.DEBUG + "=" + Boolean.getBoolean(Failures.DEBUG))
            // without a limit, the size of the process is not read at each small allocation
            .with("-Dorg.bytedeco.javacpp.maxPhysicalBytes=0")
            // native libraries are unpacked where this process has them
            .with("-Duser.home=" + System.getProperty("user.home"))
            .with("-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"))
            .words();
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(folder.resolve("log").toFile());
    builder.environment().putIfAbsent("TF_CPP_MIN_LOG_LEVEL", "2");
    KitProcess started = new KitProcess(folder, builder.start());
    Thread reader = new Thread(started::read, "palimpsest-tck-" + component);
    reader.setDaemon(true);
    reader.start();
    return started;
  }

  private void read() {
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(Optional.of(line));
      }
    } catch (IOException e) {
      // the process was ended while it was listened to
    } finally {
      lines.add(Optional.empty());
    }
  }

  /** The next line; empty if no more will come. */
  Optional<String> line() throws InterruptedException {
    Optional<String> next = lines.poll(limit, TimeUnit.SECONDS);
    silent = next == null;
    return silent ? Optional.empty() : next;
  }

  /** The reason why there are no more lines. */
  String end() throws InterruptedException {
    if (silent) {
      return "none after " + limit + " s, so the process was ended";
    }
    int code = process.waitFor();
    String signal = code > SIGNALS ? ", signal " + (code - SIGNALS) : "";
    return "the process died while this rule was tried, with exit code " + code + signal;
  }

  /** The end of what it printed, to be appended to {@link #end}. */
  String output() throws IOException {
    List<String> log = log();
    List<String> thrown = log.stream().filter(l -> l.startsWith(UNCAUGHT)).toList();
    List<String> last =
        thrown.isEmpty() ? log.subList(Math.max(0, log.size() - 3), log.size()) : thrown;
    return silent || last.isEmpty() ? "" : "; the end of its output:\n" + String.join("\n", last);
  }

  private List<String> log() throws IOException {
    return Files.readAllLines(folder.resolve("log"), StandardCharsets.UTF_8);
  }

  /** The usual cause of such an end; empty if its output names it. */
  String typicalOf() throws IOException, InterruptedException {
    if (silent) {
      return "an endless loop, or a wait for something that never happens";
    }
    if (process.waitFor() > SIGNALS || Files.exists(folder.resolve("crash"))) {
      return "a crash of native code";
    }
    return log().stream().anyMatch(l -> l.startsWith(UNCAUGHT))
        ? ""
        : "an exit that the component called";
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly().onExit().join();
    try (Stream<Path> left = Files.list(folder)) {
      for (Path file : left.toList()) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(folder);
  }
}
