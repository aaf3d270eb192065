package io.github.palimpsest.tck;

/** Ends the check of a rule that needs a feature which the subject lacks. */
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

  /** Ends the check unless the subject has the feature. */
  public static void unless(boolean present, Feature feature) {
    if (!present) {
      throw new NotApplicable(feature);
    }
  }
}
