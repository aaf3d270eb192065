package io.github.palimpsest.tck;

/** Ends a check of a rule whose feature the subject lacks. */
public final class NotApplicable extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final Feature feature;

  /**
   * @param feature the feature that the subject lacks
   */
  public NotApplicable(Feature feature) {
    super(feature + ": the subject " + feature.absence());
    this.feature = feature;
  }

  /** The feature that the subject lacks. */
  public Feature feature() {
    return feature;
  }

  /** Ends the check unless the feature is there. */
  public static void unless(boolean present, Feature feature) {
    if (!present) {
      throw new NotApplicable(feature);
    }
  }
}
