package io.github.palimpsest.api.discovery;

import io.github.palimpsest.api.Stable;
import java.nio.file.Path;

/**
 * The origin of a plugin.
 *
 * @param plugin the plugin's own name
 * @param version {@code Implementation-Version} of its JAR's manifest, or {@code unknown}
 * @param location the JAR, or the folder of classes
 */
@Stable(since = "0.1")
public record PluginOrigin(String plugin, String version, Path location) {
  @Override
  public String toString() {
    return plugin + " " + version + " (" + location + ")";
  }
}
