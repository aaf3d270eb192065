package io.github.palimpsest.tck.mechanical;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A correct component whose classes are changed.
 *
 * @param component its id
 * @param plugin the class of its plugin
 * @param sources folders, or files, of the plugin
 * @param changed names of the files that are changed
 */
record Reference(String component, String plugin, List<String> sources, List<String> changed) {
  /** The folder of all modules. */
  static final Path ROOT = Path.of("..");

  private static final String EXAMPLES = "runners/examples/acme-";
  private static final String MAIN = "/src/main/java";

  /** At least one of each kind; with a closed form where the kind has one. */
  static List<Reference> all() {
    return List.of(
        built("sgd", "optimizers.OptimizersPlugin", "optimizers", "Sgd"),
        built("adamw", "optimizers.OptimizersPlugin", "optimizers", "AdamW", "Moments"),
        example("sam", "sam.Sam", "Sam"),
        vendor("sam-twice", "SamTwice"),
        vendor("lora", "LowRank"),
        example("input-gains", "gains.InputGains", "InputGains"),
        built("ewc", "ewc.EwcPlugin", "strategies/ewc", "Ewc", "QuadraticPenalty", "Importance"),
        built("l2-sp", "ewc.EwcPlugin", "strategies/ewc", "L2Sp"),
        example("soft-anchors", "soft.SoftAnchors", "SoftAnchors"),
        vendor("reservoir", "Reservoir", "Memory"),
        example("recent", "recent.Recent", "Recent"),
        vendor("wise-ft", "WiseFt", "Between"),
        example("trim", "trim.Trim", "Trim"),
        built("forgetting", "metrics.MetricsPlugin", "strategies/metrics", "Forgetting", "Means"),
        example("worst-drop", "worst.WorstDrop", "WorstDrop"),
        vendor("wobble", "Wobble"),
        example("loss-rise", "rise.LossRise", "LossRise"),
        example("granite", "granite.Granite", "Granite"),
        example("true-false", "truefalse.TrueFalse", "TrueFalse"),
        example("bits-per-byte", "bits.BitsPerByte", "BitsPerByte"),
        example("files", "files.CellFiles", "CellFiles"));
  }

  private static Reference built(String id, String plugin, String module, String... changed) {
    return new Reference(
        id, "io.github.palimpsest." + plugin, List.of(module + MAIN), List.of(changed));
  }

  private static Reference example(String id, String type, String... changed) {
    return new Reference(
        "acme." + id,
        "com.acme." + type + "Plugin",
        List.of(EXAMPLES + id + MAIN),
        List.of(changed));
  }

  private static Reference vendor(String id, String... changed) {
    String folder = "tck/src/test/resources/plugins/";
    return new Reference(
        "acme." + id,
        "org.acme.plugins.Sound",
        List.of(folder + "Acme.java", folder + "AcmeWeights.java", folder + "Sound.java"),
        List.of(changed));
  }

  /** All Java files of the plugin. */
  List<Path> files() throws IOException {
    List<Path> all = new ArrayList<>();
    for (String source : sources) {
      Path path = ROOT.resolve(source);
      all.addAll(Files.isDirectory(path) ? PluginFolder.sources(path) : List.of(path));
    }
    return all;
  }

  /** The class files that are changed: the named classes and those inside them. */
  List<Path> classFiles(Path classes) throws IOException {
    try (Stream<Path> files = Files.walk(classes)) {
      return files
          .filter(f -> f.toString().endsWith(".class"))
          .filter(f -> changed.contains(f.getFileName().toString().replaceAll("[.$].*", "")))
          .sorted()
          .toList();
    }
  }
}
