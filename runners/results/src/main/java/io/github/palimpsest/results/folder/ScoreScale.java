package io.github.palimpsest.results.folder;

import java.util.List;

/**
 * How the scores of a measure are to be read, as the plan keeps it. The measure itself, which may
 * be a third party's, need not be installed to read results.
 *
 * @param name the measure without its defaults, as results have it
 * @param unit the unit of its scores; empty for a share from 0 to 1
 * @param higherIsBetter whether a higher score is the better one
 */
public record ScoreScale(String name, String unit, boolean higherIsBetter) {
  /** The only measure of earlier versions that is no share. */
  private static final ScoreScale NATS_PER_TOKEN = new ScoreScale("nats-per-token", "nats", false);

  /** Puts an empty unit where a file has none. */
  public ScoreScale {
    JsonFile.required(name, "name");
    unit = unit == null ? "" : unit;
  }

  /**
   * The scale of a measure.
   *
   * @param known the scales that a plan keeps; none in folders of earlier versions, whose measures
   *     are known
   * @param name the measure as results have it
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
