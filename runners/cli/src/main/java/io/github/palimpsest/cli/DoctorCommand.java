package io.github.palimpsest.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.cli.option.ClusterOptions;
import io.github.palimpsest.cli.option.PluginOptions;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.cli.terminal.NativeMessages;
import io.github.palimpsest.engine.device.DeviceList;
import io.github.palimpsest.execution.memory.MachineMemory;
import io.github.palimpsest.results.folder.Json;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code doctor}: checks the installation and names missing parts. */
@Command(
    name = "doctor",
    description = "Checks the installation: versions, devices, native library, memory.",
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  private static final String GPU_NATIVES = "tensorflow-core-native-.*-gpu\\.jar";
  private static final String CUDA = "libcudart.so.12";
  private static final Path DRIVER = Path.of("/proc/driver/nvidia/version");

  @Mixin PluginOptions plugins = new PluginOptions();

  @Option(names = "--json", description = "one object")
  boolean json;

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    NativeMessages.divert();
    ObjectNode found = Json.object();
    List<String> problems = new ArrayList<>();
    found.put("palimpsest", Version.current());
    found.put("java", System.getProperty("java.version") + " " + System.getProperty("java.vendor"));
    found.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    PluginRegistry registry = plugins.registry();
    found.put("components", registry.all().size());
    found.put("processors", Runtime.getRuntime().availableProcessors());
    found.put("java_heap_mb", Runtime.getRuntime().maxMemory() >> 20);
    memory(found);
    found.put("memory_limit_mb", MachineMemory.bytes() >> 20);
    ArrayNode devices = found.putArray("devices");
    boolean gpuFound = false;
    try {
      found.put("tensorflow", DeviceList.version());
      for (String device : DeviceList.names()) {
        devices.add(device);
        gpuFound |= device.startsWith("GPU");
      }
      found.put("native_library", "loaded");
    } catch (LinkageError | RuntimeException e) {
      found.put("native_library", "not loaded");
      problems.add(
          "the native library of TensorFlow cannot be loaded ("
              + e.getMessage()
              + "): it exists for Linux on x86-64; its files are unpacked to ~/.javacpp, which"
              + " must be writable, and it needs glibc 2.31 or later");
    }
    found.put("spark", ClusterOptions.installed());
    List<String> gpu = gpuFound ? List.of() : missingForGpu();
    ArrayNode missing = found.putArray("missing_for_gpu");
    gpu.forEach(missing::add);
    ArrayNode wrong = found.putArray("problems");
    problems.forEach(wrong::add);
    print(found, gpu, problems);
    return problems.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  private static void memory(ObjectNode found) {
    Path file = Path.of("/proc/meminfo");
    if (Files.isReadable(file)) {
      try {
        for (String line : Files.readAllLines(file)) {
          if (line.startsWith("MemTotal:") || line.startsWith("MemAvailable:")) {
            String key = line.startsWith("MemTotal") ? "memory_mb" : "memory_available_mb";
            found.put(key, Long.parseLong(line.replaceAll("\\D", "")) >> 10);
          }
        }
      } catch (IOException e) {
        found.put("memory_mb", "unknown: " + e.getMessage());
      }
    }
  }

  private static List<String> missingForGpu() {
    List<String> missing = new ArrayList<>();
    if (!onClassPath(GPU_NATIVES)) {
      missing.add(
          "this build has TensorFlow for the CPU only: build with PALIMPSEST_GPU=1, or -Pgpu");
    }
    if (!onLibraryPath(CUDA)) {
      missing.add(
          "no folder of LD_LIBRARY_PATH has the CUDA 12 libraries ("
              + CUDA
              + "): runners/bin/palimpsest with PALIMPSEST_GPU=1 brings them");
    }
    if (!Files.exists(DRIVER)) {
      missing.add("no NVIDIA driver is loaded (" + DRIVER + " does not exist)");
    }
    if (missing.isEmpty()) {
      missing.add("nothing is missing, but TensorFlow found no GPU: run 'doctor --debug'");
    }
    return missing;
  }

  private static boolean onClassPath(String jar) {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .anyMatch(entry -> Path.of(entry).getFileName().toString().matches(jar));
  }

  private static boolean onLibraryPath(String library) {
    String path = Optional.ofNullable(System.getenv("LD_LIBRARY_PATH")).orElse("");
    return Stream.of(path.split(File.pathSeparator))
        .anyMatch(folder -> !folder.isEmpty() && Files.exists(Path.of(folder, library)));
  }

  private void print(ObjectNode found, List<String> gpu, List<String> problems) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.text(found));
      return;
    }
    found
        .properties()
        .forEach(
            e -> {
              if (!e.getKey().equals("problems") && !e.getKey().equals("missing_for_gpu")) {
                String value =
                    e.getValue().isArray() ? e.getValue().toString() : e.getValue().asText();
                out.printf("%-20s %s%n", e.getKey().replace('_', ' '), value);
              }
            });
    if (!gpu.isEmpty()) {
      out.println("no GPU:");
      gpu.forEach(g -> out.println("  " + g));
    }
    problems.forEach(p -> out.println("problem: " + p));
  }
}
