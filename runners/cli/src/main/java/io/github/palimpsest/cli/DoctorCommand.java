package io.github.palimpsest.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.cli.doctor.MissingParts;
import io.github.palimpsest.cli.doctor.SharedFolder;
import io.github.palimpsest.cli.option.PluginOptions;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.cli.terminal.NativeMessages;
import io.github.palimpsest.engine.device.DeviceList;
import io.github.palimpsest.execution.memory.MachineMemory;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.storage.NativeLibraries;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
  private static final String MISSING = "missing_for_";

  @Mixin PluginOptions plugins = new PluginOptions();

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description = "also try whether workers can share this folder; writes and removes two files")
  @Nullable Path folder;

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
              + NativeLibraries.reason(e).orElseGet(e::getMessage)
              + "): it exists for Linux on x86-64; its files are unpacked to ~/.javacpp, which"
              + " must be writable, and it needs glibc 2.31 or later");
    }
    if (folder != null) {
      SharedFolder shared = SharedFolder.of(folder);
      found.put("folder", folder.toString()).put("file_system", shared.type());
      found.put("free_mb", shared.freeBytes() >> 20);
      shared.problems().forEach(p -> problems.add("'" + folder + "': " + p));
    }
    MissingParts.Surroundings here = MissingParts.Surroundings.present();
    List<MissingParts> missing = new ArrayList<>();
    if (!gpuFound) {
      missing.add(MissingParts.gpu(here));
    }
    missing.add(MissingParts.spark(here));
    missing.add(MissingParts.remoteFileSystems(here));
    MissingParts.fileSystems(here).forEach(found.putArray("file_systems")::add);
    found.putArray("missing_for_gpu"); // there since the first version, empty with a GPU
    missing.forEach(
        m -> {
          ArrayNode parts =
              found.putArray(MISSING + m.what().toLowerCase(Locale.ROOT).replace(' ', '_'));
          m.parts().forEach(parts::add);
        });
    ArrayNode wrong = found.putArray("problems");
    problems.forEach(wrong::add);
    print(found, missing, problems);
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

  private void print(ObjectNode found, List<MissingParts> missing, List<String> problems) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.text(found));
      return;
    }
    found
        .properties()
        .forEach(
            e -> {
              if (!e.getKey().equals("problems") && !e.getKey().startsWith(MISSING)) {
                String value =
                    e.getValue().isArray() ? e.getValue().toString() : e.getValue().asText();
                out.printf("%-20s %s%n", e.getKey().replace('_', ' '), value);
              }
            });
    for (MissingParts m : missing) {
      if (!m.parts().isEmpty()) {
        out.println("no " + m.what() + " (" + m.purpose() + "):");
        m.parts().forEach(part -> out.println("  " + part));
      }
    }
    problems.forEach(p -> out.println("problem: " + p));
  }
}
