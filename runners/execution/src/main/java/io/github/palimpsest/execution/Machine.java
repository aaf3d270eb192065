package io.github.palimpsest.execution;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a stage was trained on. No result depends on it; a time does.
 *
 * @param cpu the processor's model; {@code unknown} where the system does not say
 * @param gpus the models of the GPUs that a driver is loaded for, by bus address
 * @param processors how many processors this process may use
 * @param memoryBytes the machine's memory; -1 where the system does not say
 */
public record Machine(String cpu, List<String> gpus, int processors, long memoryBytes) {
  private static final Path CPU = Path.of("/proc/cpuinfo");
  private static final Path GPUS = Path.of("/proc/driver/nvidia/gpus");
  private static final Path MEMORY = Path.of("/proc/meminfo");

  /** Copies the list. */
  public Machine {
    gpus = List.copyOf(gpus);
  }

  /** The machine that this runs on. Touches no native code. */
  public static Machine current() {
    String memory = values(MEMORY, "MemTotal").findFirst().orElse("");
    return new Machine(
        values(CPU, "model name").findFirst().orElse("unknown"),
        driven(),
        Runtime.getRuntime().availableProcessors(),
        memory.isEmpty() ? -1 : Long.parseLong(memory.replaceAll("\\D", "")) * 1024);
  }

  private static List<String> driven() {
    if (!Files.isDirectory(GPUS)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(GPUS)) {
      return folders
          .sorted()
          .flatMap(f -> values(f.resolve("information"), "Model").limit(1))
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** The values of the lines {@code key: value}; none if the system has no such file. */
  private static Stream<String> values(Path file, String key) {
    if (!Files.isReadable(file)) {
      return Stream.empty();
    }
    try {
      return Files.readAllLines(file, StandardCharsets.UTF_8).stream()
          .filter(l -> l.startsWith(key) && l.indexOf(':') >= 0)
          .map(l -> l.substring(l.indexOf(':') + 1).strip());
    } catch (IOException e) {
      return Stream.empty();
    }
  }
}
