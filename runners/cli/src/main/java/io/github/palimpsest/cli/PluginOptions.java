package io.github.palimpsest.cli;

import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where plugins are found in addition to the class path. */
final class PluginOptions {
  @Option(names = "--plugins", paramLabel = "DIR", description = "a folder of plugin JARs")
  @Nullable Path folder;

  PluginRegistry registry() {
    return folder == null ? Plugins.onClassPath() : Plugins.withFolder(folder);
  }
}
