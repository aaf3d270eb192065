package io.github.palimpsest.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A third party's plugin with one component, {@code acme.moody}, of any kind, that misbehaves in
 * one method in one way, and is harmless otherwise. Compiled once; each JAR says in a resource what
 * it does.
 */
public final class MoodyPlugin {
  /** The methods of the plugin and its provider, in the order in which a run calls them. */
  public static final List<String> PROVIDED =
      List.of(
          "constructor",
          "name",
          "components",
          "id",
          "settings",
          "kind",
          "summary",
          "equation",
          "traits",
          "promises",
          "usesCorpus",
          "create");

  /** The methods of each kind of component in which it can misbehave. */
  public static final Map<String, List<String>> OF_KIND = ofKind();

  /** What it can do there that a Java process survives. */
  public static final List<String> THROWS =
      List.of("exception", "overflow", "missing-class", "assertion", "null");

  /** What it can do there that ends the process, or keeps it. */
  public static final List<String> ENDS =
      List.of("exit-0", "exit-1", "exit-2", "exit-3", "halt-0", "halt-134", "sleep");

  private static final List<String> SOURCES =
      List.of(
          "Mood",
          "MoodyPlugin",
          "MoodyProvider",
          "MoodyOptimizer",
          "MoodyAdapter",
          "MoodyRegularizer",
          "MoodyRehearsal",
          "MoodyMerger",
          "MoodyMetric",
          "MoodyProbe");

  private final Path classes;

  private MoodyPlugin(Path classes) {
    this.classes = classes;
  }

  private static Map<String, List<String>> ofKind() {
    Map<String, List<String>> all = new LinkedHashMap<>();
    all.put("optimizer", List.of("phases", "phaseOf", "updates"));
    all.put("regularizer", List.of("bind", "penalty", "gradient", "track", "afterTask"));
    all.put(
        "adapter",
        List.of(
            "bind",
            "mergesAfterTask",
            "trainable",
            "derived",
            "derive",
            "initial",
            "initialValues",
            "effective",
            "training",
            "isAdditive",
            "capability",
            "merge",
            "mergedValues",
            "dense",
            "matMul",
            "matMulTransposed",
            "rows"));
    all.put(
        "rehearsal",
        List.of(
            "epoch",
            "hasNext",
            "next",
            "afterTask",
            "afterTaskWithModel",
            "prepared",
            "extraBatches",
            "rehearsed",
            "objective",
            "means",
            "state",
            "restore"));
    all.put("merger", List.of("apply", "values"));
    all.put("metric", List.of("higherIsBetter", "of"));
    all.put("probe", List.of("measure", "passes"));
    return all;
  }

  /** Compiles it into a folder. */
  public static MoodyPlugin compiled(Path folder) throws IOException {
    Files.createDirectories(folder);
    List<Path> files = new ArrayList<>();
    for (String name : SOURCES) {
      Path file = folder.resolve(name + ".java");
      try (InputStream in =
          MoodyPlugin.class.getResourceAsStream("/moody/acme/" + name + ".java")) {
        Files.write(file, in.readAllBytes());
      }
      files.add(file);
    }
    Path classes = folder.resolve("classes");
    PluginFiles.compile(files, classes);
    PluginFiles.serve(classes, "acme.MoodyPlugin");
    return new MoodyPlugin(classes);
  }

  /**
   * Packs a JAR.
   *
   * @param kind a key of {@link #OF_KIND}
   * @param method one of {@link #PROVIDED} or of the kind
   * @param what one of {@link #THROWS} or {@link #ENDS}
   */
  public Path pack(Path file, String kind, String method, String what) throws IOException {
    Files.writeString(classes.resolve("mood.txt"), kind + " " + method + " " + what);
    Files.createDirectories(file.toAbsolutePath().getParent());
    return PluginFiles.pack(classes, file);
  }

  /**
   * Packs a JAR for each kind, method and misbehaviour, for {@code runners/bench}.
   *
   * @param arguments the folder to write {@code KIND/METHOD/WHAT/acme-moody.jar} to
   */
  public static void main(String[] arguments) throws IOException {
    Path root = Path.of(arguments[0]);
    MoodyPlugin plugin = compiled(root.resolve("source"));
    OF_KIND.forEach(
        (kind, own) ->
            Stream.concat(PROVIDED.stream(), own.stream())
                .forEach(
                    method ->
                        Stream.concat(THROWS.stream(), ENDS.stream())
                            .forEach(what -> plugin.packInto(root, kind, method, what))));
  }

  private void packInto(Path root, String kind, String method, String what) {
    try {
      pack(
          root.resolve(kind).resolve(method).resolve(what).resolve("acme-moody.jar"),
          kind,
          method,
          what);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
