package io.github.palimpsest.storage;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of another JVM like this one.
 *
 * @param options options of the JVM
 * @param classPath its class path
 * @param main the class with its {@code main}
 * @param arguments the arguments of {@code main}
 */
public record JavaCommand(
    List<String> options, String classPath, String main, List<String> arguments) {
  /** Copies the lists. */
  public JavaCommand {
    options = List.copyOf(options);
    arguments = List.copyOf(arguments);
  }

  /** A command line with the class path of this JVM and no options. */
  public static JavaCommand of(String main, List<String> arguments) {
    return new JavaCommand(List.of(), System.getProperty("java.class.path"), main, arguments);
  }

  /** A copy with these options after the others. */
  public JavaCommand with(String... more) {
    return with(List.of(more));
  }

  /** A copy with these options after the others. */
  public JavaCommand with(List<String> more) {
    List<String> all = new ArrayList<>(options);
    all.addAll(more);
    return new JavaCommand(all, classPath, main, arguments);
  }

  /**
   * A copy with the archive of loaded classes of this JVM, if it has one, and the options that keep
   * the JVM quiet about an archive that does not fit.
   */
  public JavaCommand withArchive() {
    return with(
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(a -> a.startsWith("-XX:SharedArchiveFile=") || a.startsWith("-Xlog:"))
            .toList());
  }

  /** A copy with another class path. */
  public JavaCommand on(String path) {
    return new JavaCommand(options, path, main, arguments);
  }

  /** The words of the command line: the {@code java} of this JVM first. */
  public List<String> words() {
    List<String> all = new ArrayList<>();
    all.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    all.addAll(options);
    all.addAll(List.of("-cp", classPath, main));
    all.addAll(arguments);
    return all;
  }
}
