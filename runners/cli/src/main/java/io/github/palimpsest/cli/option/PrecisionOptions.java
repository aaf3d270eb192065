package io.github.palimpsest.cli.option;

import io.github.palimpsest.execution.UntilPrecise;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** How narrow intervals shall become, and with how many seeds at most. */
public final class PrecisionOptions {
  /** Both options together. */
  static final class Rule {
    @Option(
        names = "--until-precise",
        required = true,
        converter = Ranged.AboveZero.class,
        paramLabel = "WIDTH",
        description =
            "add seeds until primary intervals are at most this wide from end to end, in the unit"
                + " of the primary outcome, by Stein's two-stage rule: the first seeds, at least 5,"
                + " decide how many there will be")
    double width;

    @Option(
        names = "--max-seeds",
        required = true,
        converter = Ranged.Count.class,
        paramLabel = "N",
        description =
            "with --until-precise: the largest number of seeds, those of the file included")
    int maxSeeds;
  }

  @ArgGroup(exclusive = false)
  @Nullable Rule rule;

  /**
   * The rule; empty if none was asked for.
   *
   * @throws io.github.palimpsest.api.PalimpsestException if the width cannot be reached
   */
  public Optional<UntilPrecise> rule() {
    return Optional.ofNullable(rule).map(r -> new UntilPrecise(r.width, r.maxSeeds));
  }
}
