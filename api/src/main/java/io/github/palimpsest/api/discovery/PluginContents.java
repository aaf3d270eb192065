package io.github.palimpsest.api.discovery;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.component.Setting;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The checked components of one loaded plugin. */
final class PluginContents {
  /** The code source of a JAR inside an application's JAR, in one spelling or another. */
  private static final Pattern PACKED =
      Pattern.compile("(?:jar:file|(?:jar:)?nested):([^!]+?)/?!.*");

  private PluginContents() {}

  /**
   * The providers of a plugin.
   *
   * @param jar the JAR that it was loaded from, or null for the class path
   * @throws PluginException if it offers nothing or something unusable, or is outside its API range
   */
  static List<Registered> of(Plugin plugin, @Nullable Path jar) {
    Path location = jar == null ? location(plugin.getClass()) : jar;
    Attributes manifest = manifest(location);
    String version = manifest.getValue(Attributes.Name.IMPLEMENTATION_VERSION);
    PluginOrigin unnamed =
        new PluginOrigin(
            plugin.getClass().getName(), version == null ? "unknown" : version, location);
    checkApiRange(unnamed, manifest.getValue(ApiVersion.ATTRIBUTE));
    Plugin guarded = Guard.of(plugin, Plugin.class, plugin.getClass().getName(), unnamed);
    try {
      PluginOrigin origin = new PluginOrigin(guarded.name(), unnamed.version(), location);
      List<Registered> providers = new ArrayList<>();
      offered(guarded)
          .forEach((kind, list) -> list.forEach(p -> providers.add(one(p, kind, origin))));
      if (providers.isEmpty()) {
        throw new PluginException("plugin " + origin + " provides nothing");
      }
      return providers;
    } catch (PluginException e) {
      throw e;
    } catch (RuntimeException
        | Error e) { // third-party code: any exception is reported with its JAR
      String reason =
          e instanceof PalimpsestException
              ? e.getMessage()
              : UnfitClass.of(e).orElseGet(e::toString);
      throw new PluginException("plugin " + unnamed + " fails to say what it offers: " + reason, e);
    }
  }

  private static Map<Kind, List<? extends Provider<?>>> offered(Plugin plugin) {
    Map<Kind, List<? extends Provider<?>>> offered = new EnumMap<>(Kind.class);
    offered.put(Kind.OPTIMIZER, plugin.optimizers());
    offered.put(Kind.ADAPTER, plugin.adapters());
    offered.put(Kind.REGULARIZER, plugin.regularizers());
    offered.put(Kind.REHEARSAL, plugin.rehearsals());
    offered.put(Kind.MERGER, plugin.mergers());
    offered.put(Kind.METRIC, plugin.metrics());
    offered.put(Kind.PROBE, plugin.probes());
    offered.put(Kind.FAMILY, plugin.families());
    offered.put(Kind.FORMAT, plugin.formats());
    offered.put(Kind.MEASURE, plugin.measures());
    offered.put(Kind.TRACKER, plugin.trackers());
    return offered;
  }

  private static Registered one(Provider<?> offered, Kind kind, PluginOrigin origin) {
    // a bad name or setting throws here, where the JAR is known
    ComponentId id = Guard.of(offered, Provider.class, offered.getClass().getName(), origin).id();
    Provider<?> provider = Guard.of(offered, Provider.class, "'" + id + "'", origin);
    Set<String> keys = new HashSet<>();
    for (Setting<?> setting : provider.settings()) {
      if (!keys.add(setting.key())) {
        throw new PluginException(
            "plugin "
                + origin
                + " declares setting '"
                + setting.key()
                + "' of '"
                + id
                + "' twice, in "
                + Guard.home(offered).getName());
      }
    }
    if (provider.kind() != kind) {
      throw new PluginException(
          "plugin "
              + origin
              + " offers '"
              + id
              + "' as "
              + kind.label()
              + ", and its provider says "
              + provider.kind().label());
    }
    return new Registered(provider, origin);
  }

  /**
   * Names without a vendor prefix belong to this project (rule SPI-02).
   *
   * @throws PluginException if a plugin of another package offers one
   */
  static void checkOwned(Registered r) {
    boolean own = Guard.home(r.unguarded()).getName().startsWith(Guard.OWN_PACKAGES);
    if (!own && r.provider().id().vendor().isEmpty()) {
      throw new PluginException(
          "plugin "
              + r.origin()
              + " offers '"
              + r.provider().id()
              + "': names without a vendor prefix are reserved, so call it 'vendor."
              + r.provider().id()
              + "' with a vendor of your own");
    }
  }

  private static void checkApiRange(PluginOrigin origin, @Nullable String range) {
    try {
      if (range != null && !ApiVersion.contains(range, ApiVersion.CURRENT)) {
        throw new PluginException(
            "plugin "
                + origin
                + " works with API "
                + range
                + ", and this is API "
                + ApiVersion.CURRENT);
      }
    } catch (IllegalArgumentException e) {
      throw new PluginException(
          "plugin " + origin + " has a bad " + ApiVersion.ATTRIBUTE + ": " + e.getMessage(), e);
    }
  }

  private static Path location(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    URL url = source == null ? null : source.getLocation();
    return url == null ? Path.of("unknown") : location(url.toString());
  }

  /**
   * The file or folder of a code source. For a JAR inside an application's JAR, such as {@code
   * jar:nested:/app.jar/!BOOT-INF/lib/plugin.jar!/}, it is that of the application.
   */
  static Path location(String url) {
    Matcher packed = PACKED.matcher(url);
    String file = packed.matches() ? "file:" + packed.group(1) : url;
    try {
      return file.startsWith("file:") ? Path.of(URI.create(file)) : Path.of("unknown");
    } catch (IllegalArgumentException e) {
      return Path.of("unknown"); // a class loader that writes no proper addresses
    }
  }

  private static Attributes manifest(Path location) {
    if (Files.isRegularFile(location)) {
      try (JarFile file = new JarFile(location.toFile())) {
        Manifest manifest = file.getManifest();
        return manifest == null ? new Attributes() : manifest.getMainAttributes();
      } catch (IOException e) {
        throw new PluginException("'" + location + "' is not a readable JAR: " + e.getMessage(), e);
      }
    }
    return new Attributes();
  }
}
