package io.github.palimpsest.cli.bench;

import io.github.palimpsest.cli.option.Ranged;
import picocli.CommandLine.Option;

/** An adapter of every kernel. */
final class LoraOption {
  private static final String EVERY_KERNEL = ".*_proj\\\\.weight";

  @Option(
      names = "--lora",
      converter = Ranged.Count.class,
      paramLabel = "RANK",
      description = "adapt every kernel")
  int rank;

  /** What it adds to a recipe. */
  String recipe() {
    return rank == 0 ? "" : " + lora(rank=" + rank + ", target=\"" + EVERY_KERNEL + "\")";
  }
}
