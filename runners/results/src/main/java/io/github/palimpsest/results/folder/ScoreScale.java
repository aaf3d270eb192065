package io.github.palimpsest.results.folder;

import java.util.List;

/**
 * The interpretation of a measure's scores, as the plan stores it. The measure itself, which may be
 * a third party's, need not be installed to read results.
 *
 * @param name the measure without its defaults, as in results
 * @param unit the unit of its scores; empty for a share from 0 to 1
 * @param higherIsBetter whether a higher score is better
 */
public record ScoreScale(String name, String unit, boolean higherIsBetter) {
  /** The only measure of earlier versions that is not a share. */
  private static final ScoreScale NATS_PER_TOKEN = new ScoreScale("nats-per-token", "nats", false);

  /** Replaces a missing unit with an empty one. */
  public ScoreScale {
    JsonFile.required(name, "name");
    unit = unit == null ? "" : unit;
  }

  /** Whether the scores are the loss itself, in nats per target token. */
  public boolean isLoss() {
    return name.equals(NATS_PER_TOKEN.name());
  }

  /**
   * The scale of a measure.
   *
   * @param known the scales in a plan; empty in folders of earlier versions, whose measures are
   *     known
   * @param name the measure, as in results
   */
  public static ScoreScale find(List<ScoreScale> known, String name) {
    return known.stream()
        .filter(scale -> scale.name().equals(name))
        .findFirst()
        .orElseGet(
            () ->
                name.equals(NATS_PER_TOKEN.name())
                    ? NATS_PER_TOKEN
                    : new ScoreScale(name, "", true));
  }
}
