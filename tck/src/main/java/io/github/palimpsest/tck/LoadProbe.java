package io.github.palimpsest.tck;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.discovery.PluginException;
import io.github.palimpsest.api.discovery.PluginOrigin;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.tck.checks.Checks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Loads plugins and nothing else, in a process whose working directory is empty, and prints the
 * traces of that, one per line, and then what components do that need no graph. The checks of
 * SPI-05 and SPI-03 start it.
 *
 * <p>Arguments: {@code jars FOLDER} for all JARs of a folder, or {@code classes LOCATION} for the
 * plugins that the class path has there; then the id of a component, if only that is to be asked.
 */
public final class LoadProbe {
  private LoadProbe() {}

  /** The first line that is printed once everything is loaded. */
  public static final String LOADED = "loaded";

  /** Begins a line with the id of a component and a digest of its behaviour, by a tab. */
  public static final String BEHAVIOUR = "behaviour\t";

  /** Begins a line with the id of a component and why it failed to answer, by a tab. */
  public static final String FAILED = "failed\t";

  /** Loads, looks, prints. */
  public static void main(String[] arguments) throws IOException {
    Set<String> threads = threads();
    List<Provider<?>> providers = new ArrayList<>();
    PluginRegistry registry;
    Path location = Path.of(arguments[1]);
    if (arguments[0].equals("jars")) {
      try {
        registry = Plugins.withFolder(location);
      } catch (PluginException e) {
        System.out.println(e.getMessage());
        return;
      }
      registry.all().stream()
          .filter(r -> r.origin().location().startsWith(location))
          .map(Registered::provider)
          .forEach(providers::add);
    } else {
      for (Plugin plugin : ClassPath.plugins(LoadProbe.class.getClassLoader())) {
        if (ClassPath.location(plugin.getClass()).equals(location)) {
          providers.addAll(Offered.by(plugin));
        }
      }
      registry = ClassPath.here().registry();
    }
    if (arguments.length > 2) {
      providers.removeIf(p -> !p.id().value().equals(arguments[2]));
    }
    ask(providers, ClassPath.components(registry)).forEach(System.out::println);
    System.out.println(LOADED);
    left(threads).forEach(System.out::println);
    behaviours(providers, ClassPath.components(registry), location).forEach(System.out::println);
    System.exit(0); // a thread that a plugin started must not keep this process
  }

  /** Asks each component; lines of those that fail to answer. */
  private static List<String> ask(List<Provider<?>> providers, Setting.ComponentSource components) {
    List<String> failed = new ArrayList<>();
    for (Provider<?> p : providers) {
      try {
        ask(p, Settings.of(p, Map.of(), components));
      } catch (RuntimeException | LinkageError e) {
        failed.add(FAILED + p.id() + "\t" + e.toString().lines().findFirst().orElse(""));
      }
    }
    return failed;
  }

  /** Asks a provider all that the host asks before it makes a component. */
  public static void ask(Provider<?> p, Settings settings) {
    String told = p.id() + p.summary() + p.equation() + p.traits(settings);
    if (told.isEmpty() || p.promises(settings).size() > 100) {
      throw new IllegalStateException("unreachable: keeps the calls from being left out");
    }
  }

  /** What components that need no graph do in this process: lines of id and behaviour. */
  private static List<String> behaviours(
      List<Provider<?>> providers, Setting.ComponentSource components, Path location) {
    List<String> lines = new ArrayList<>();
    for (Provider<?> p : providers) {
      PluginOrigin origin = new PluginOrigin("unknown", "unknown", location);
      try {
        Checks.behaviourWithoutGraph(new Subject<>(p, new TreeMap<>(), components, origin, 1))
            .ifPresent(b -> lines.add(BEHAVIOUR + p.id() + "\t" + digest(b)));
      } catch (RuntimeException e) {
        // other rules say so
      }
    }
    return lines;
  }

  /** A short form of a behaviour that is the same in every process. */
  public static String digest(String behaviour) {
    return behaviour.length() + " " + behaviour.hashCode();
  }

  private static Set<String> threads() {
    Set<String> names = new TreeSet<>();
    Thread.getAllStackTraces().keySet().forEach(t -> names.add(t.getName()));
    return names;
  }

  private static List<String> left(Set<String> before) throws IOException {
    List<String> left = new ArrayList<>();
    Path maps = Path.of("/proc/self/maps");
    if (Files.exists(maps)) {
      try (Stream<String> lines = Files.lines(maps)) {
        lines
            .filter(l -> l.contains("tensorflow") && l.contains(".so"))
            .map(l -> "native library " + l.substring(l.lastIndexOf('/') + 1))
            .distinct()
            .forEach(left::add);
      }
    }
    Set<String> now = threads();
    now.removeAll(before);
    now.forEach(t -> left.add("thread '" + t + "'"));
    try (Stream<Path> files = Files.walk(Path.of("").toAbsolutePath())) {
      files
          .filter(Files::isRegularFile)
          .filter(f -> !f.toString().endsWith(".jar"))
          .forEach(f -> left.add("file '" + f.getFileName() + "'"));
    }
    return left;
  }
}
