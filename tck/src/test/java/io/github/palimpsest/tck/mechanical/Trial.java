package io.github.palimpsest.tck.mechanical;

import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.tck.Check;
import io.github.palimpsest.tck.Outcome;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.checks.Checks;
import java.io.IOException;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks the kit about one component of a plugin, as its classes are now. */
final class Trial {
  /** Rules for JARs and for whole plugins: no change of a component breaks them. */
  private static final Set<String> NOT_ASKED =
      Set.of("SPI-01", "SPI-02", "SPI-05", "SPI-06", "SPI-10");

  /** Rules that train, so they are asked when no other is broken. */
  private static final Set<String> LAST =
      Set.of("OPT-10", "OPT-11", "OPT-19", "OPT-20", "OPT-22", "OPT-24", "REG-11", "SPI-11");

  /** Kinds of which the first broken rule is enough. */
  private static final Set<Kind> IN_GRAPHS =
      EnumSet.of(Kind.OPTIMIZER, Kind.ADAPTER, Kind.REGULARIZER);

  private static final long SECONDS = 120;

  /** What is noted of a change that does not end. */
  static final String SILENCE = "silence";

  private final String component;
  private final PluginFolder plugin;

  Trial(String component, PluginFolder plugin) {
    this.component = component;
    this.plugin = plugin;
  }

  /**
   * The ids of broken rules; {@code load} if the component cannot be made, {@link #SILENCE} if it
   * does not end, as the kit's process would then be ended.
   */
  String broken() throws InterruptedException {
    ExecutorService threads = Executors.newSingleThreadExecutor(Trial::thread);
    try {
      return threads.submit(this::asked).get(SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      return SILENCE;
    } catch (ExecutionException e) {
      return "load";
    } finally {
      threads.shutdownNow();
    }
  }

  private static Thread thread(Runnable run) {
    Thread thread = new Thread(run, "mutant");
    thread.setDaemon(true);
    return thread;
  }

  private String asked() throws IOException, ReflectiveOperationException {
    try (URLClassLoader loader = plugin.loader()) {
      List<Provider<?>> found =
          plugin.providers(loader).stream().filter(p -> p.id().value().equals(component)).toList();
      return found.size() == 1 ? rules(found.get(0)) : "load";
    }
  }

  private static String rules(Provider<?> provider) {
    List<String> broken = new ArrayList<>();
    try (Checks checks = Checks.of(Subject.of(provider))) {
      List<Check> asked =
          checks.all().stream()
              .filter(c -> !NOT_ASKED.contains(c.rule().id()))
              .sorted(Comparator.comparing(c -> LAST.contains(c.rule().id())))
              .toList();
      for (Check c : asked) {
        Outcome outcome = c.run("mutant").outcome();
        if (outcome == Outcome.FAILED || outcome == Outcome.WARNED) {
          broken.add(c.rule().id());
          if (IN_GRAPHS.contains(provider.kind())) {
            break;
          }
        }
      }
    }
    return String.join(" ", broken);
  }
}
