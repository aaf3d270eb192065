package io.github.palimpsest.cli.option;

import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where plugins are found, beside the class path. */
public final class PluginOptions {
  @Option(names = "--plugins", paramLabel = "DIR", description = "a folder of plugin JARs")
  public @Nullable Path folder;

  @Mixin public StallOption stall = new StallOption();

  public PluginRegistry registry() {
    stall.apply();
    return folder == null ? Plugins.onClassPath() : Plugins.withFolder(folder);
  }
}
