package io.github.palimpsest.cli.bench;

import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.cli.option.PluginOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What several benchmarks of steps take. */
final class BenchOptions {
  @Option(
      names = "--shape",
      paramLabel = "SHAPE",
      defaultValue = "M",
      converter = BenchShape.Named.class,
      description = "S, M, L or XL; default: ${DEFAULT-VALUE}")
  BenchShape shape = new BenchShape.Named().convert("M");

  @Mixin PluginOptions plugins = new PluginOptions();

  @Option(names = "--json", description = "as JSON")
  boolean json;

  PluginRegistry registry() {
    return plugins.registry();
  }
}
