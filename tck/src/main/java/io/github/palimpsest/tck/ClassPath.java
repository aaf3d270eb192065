package io.github.palimpsest.tck;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.discovery.PluginException;
import io.github.palimpsest.api.discovery.PluginOrigin;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * The plugins of this process, as far as they can be loaded.
 *
 * @param registry the plugins that were found; empty if one cannot be loaded, which rules SPI-01
 *     and SPI-02 then report
 */
record ClassPath(PluginRegistry registry) {
  static ClassPath here() {
    try {
      return new ClassPath(Plugins.onClassPath());
    } catch (PluginException e) {
      return new ClassPath(new PluginRegistry(List.of()));
    }
  }

  /**
   * The source of wrapped components: the plugins, and plain descent in place of an optimizer that
   * no plugin here has, so that a wrapper can be tried without it. It is not certified that way:
   * see {@link Subject#missingBase()}.
   */
  Setting.ComponentSource components() {
    return components(registry);
  }

  static Setting.ComponentSource components(PluginRegistry registry) {
    return (kind, call) -> {
      boolean known =
          registry.all(kind).stream().anyMatch(r -> r.provider().id().value().equals(call.name()));
      if (known || kind != Kind.OPTIMIZER) {
        return registry.component(kind, call);
      }
      PlainDescent descent = PlainDescent.inPlaceOf(call.name());
      return new Component<>(descent, Settings.of(descent, call.arguments(), components(registry)));
    };
  }

  PluginOrigin origin(Provider<?> provider) {
    Optional<PluginOrigin> found =
        registry.all(provider.kind()).stream()
            .filter(r -> r.provider().id().equals(provider.id()))
            .map(r -> r.origin())
            .findFirst();
    return found.orElseGet(
        () ->
            new PluginOrigin(
                provider.declaredIn().getName(), "unknown", location(provider.declaredIn())));
  }

  /** The location that a class was loaded from. */
  static Path location(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    URL url = source == null ? null : source.getLocation();
    return url == null || !url.getProtocol().equals("file")
        ? Path.of("unknown")
        : Path.of(URI.create(url.toString()));
  }

  /** The plugins that a class loader finds, or why it finds none. */
  static List<Plugin> plugins(ClassLoader loader) {
    try {
      return ServiceLoader.load(Plugin.class, loader).stream()
          .map(ServiceLoader.Provider::get)
          .toList();
    } catch (ServiceConfigurationError e) {
      throw new BrokenRule(
          new Finding(
              "the service files that " + loader + " sees",
              "every plugin can be made",
              String.valueOf(e.getMessage())));
    }
  }
}
