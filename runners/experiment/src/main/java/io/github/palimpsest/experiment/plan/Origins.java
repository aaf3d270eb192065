package io.github.palimpsest.experiment.plan;

import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.discovery.PluginOrigin;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.certificates.CertificateState;
import io.github.palimpsest.certificates.Certificates;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.Fingerprint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The JAR of each component, the JAR's hash, and whether the component is certified. */
public final class Origins {
  private final PluginRegistry registry;
  private final Map<Path, String> hashes = new HashMap<>();
  private final Certificates certificates = new Certificates();

  public Origins(PluginRegistry registry) {
    this.registry = registry;
  }

  /** The components of a recipe, including wrapped ones. */
  public static SortedSet<ComponentId> all(Recipe recipe) {
    TreeSet<ComponentId> ids = new TreeSet<>();
    recipe.components().forEach(c -> collect(c, ids));
    return ids;
  }

  private static void collect(Component<?> c, SortedSet<ComponentId> ids) {
    ids.add(c.id());
    c.nested().values().forEach(n -> collect(n, ids));
  }

  /**
   * A reason together with the third-party components of the recipe and their JARs, unless it names
   * them already.
   */
  public String told(String reason, Recipe recipe) {
    return told(reason, all(recipe));
  }

  /** As {@link #told(String, Recipe)}, of one component and those inside it. */
  public String told(String reason, Component<?> component) {
    TreeSet<ComponentId> ids = new TreeSet<>();
    collect(component, ids);
    return told(reason, ids);
  }

  private String told(String reason, SortedSet<ComponentId> ids) {
    String strangers =
        ids.stream()
            .map(id -> registry.find(id.value()))
            .filter(r -> !r.isOwn())
            .filter(r -> !reason.contains(r.origin().location().toString()))
            .map(r -> "'" + r.provider().id() + "' is of " + r.origin().location())
            .collect(Collectors.joining(", "));
    return strangers.isEmpty() ? reason : reason + " (" + strangers + ")";
  }

  PluginOrigin of(ComponentId id) {
    return registry.find(id.value()).origin();
  }

  /** Whether the present component is certified. */
  CertificateState certificate(ComponentId id) {
    return certificates.of(registry.find(id.value()));
  }

  public String version(ComponentId id) {
    return of(id).version();
  }

  /** The hash of a component's JAR or folder of classes. */
  public String sha256(ComponentId id) {
    Path location = of(id).location();
    return hashes.computeIfAbsent(location, l -> Files.exists(l) ? Fingerprint.of(l) : "unknown");
  }

  /** The origins of those that are of third parties, in order. */
  public List<CellResult.Source> strangers(Stream<ComponentId> of) {
    return of.sorted().filter(id -> !registry.find(id.value()).isOwn()).map(this::source).toList();
  }

  /** The origin of a component: plugin, version, JAR with its hash, and certificate. */
  public CellResult.Source source(ComponentId id) {
    Registered registered = registry.find(id.value());
    PluginOrigin origin = registered.origin();
    return new CellResult.Source(
        id.value(),
        registered.provider().kind().label(),
        origin.plugin(),
        origin.version(),
        String.valueOf(origin.location().getFileName()),
        sha256(id),
        certificate(id).label());
  }
}
