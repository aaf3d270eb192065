package io.github.palimpsest.tck;

/**
 * What a rule needs its subject to have. Each is read from the provider, its settings or what the
 * component does in a trial; none is stated by the author of a test.
 */
public enum Feature {
  /** More than one pass a step, by the declared cost. */
  MULTI_PASS("declares one pass a step"),
  /** A declared onset after the first task, of what acts on the steps of a task. */
  LATE_ONSET("acts from the first task on, or not on the steps of a task"),
  /**
   * A learning rate that can be 0, its own or its base's: {@code lr}, or what updates scale with.
   */
  LEARNING_RATE("has no learning rate among its settings that can be 0"),
  /** A setting {@code rho} that can be 0, a wrapped optimizer, and one phase. */
  RADIUS_AND_BASE("has no setting rho that can be 0, wraps no optimizer, or has several phases"),
  /** A wrapped optimizer that may be the kit's own, which has two phases and a slot. */
  BASE("wraps no optimizer, or refuses one of two phases with a slot"),
  /** A setting {@code rho}. */
  RADIUS("has no setting rho"),
  /** {@link io.github.palimpsest.api.component.Promise#SCALE_INVARIANT}. */
  SCALE_INVARIANT("does not promise SCALE_INVARIANT"),
  /** {@link io.github.palimpsest.api.component.Promise#EUCLIDEAN_ASCENT}. */
  EUCLIDEAN_ASCENT("does not promise EUCLIDEAN_ASCENT"),
  /** {@link io.github.palimpsest.api.component.Promise#FREEZES_BASE}. */
  FREEZES_BASE("does not promise FREEZES_BASE"),
  /** Says that its effective weights are the base's plus something of its own. */
  ADDITIVE("does not say that it is additive"),
  /** {@link io.github.palimpsest.api.component.Promise#ZERO_AT_ANCHOR}. */
  ANCHOR("does not promise ZERO_AT_ANCHOR"),
  /** Asks a finished task for its mean squared gradient. */
  IMPORTANCE("never asks a finished task for its mean squared gradient"),
  /** A setting {@code lambda} or {@code strength}, or one that the penalty is proportional to. */
  STRENGTH("has no strength among its settings"),
  /** Gives the gradient of its penalty in closed form. */
  CLOSED_GRADIENT("leaves the gradient of its penalty to be differentiated"),
  /**
   * {@link io.github.palimpsest.api.component.Promise#UNIFORM_MEMORY}, and examples that are kept.
   */
  UNIFORM_MEMORY("does not promise UNIFORM_MEMORY, or keeps nothing"),
  /** Examples of a finished task come back in a trial. */
  KEEPS_EXAMPLES("rehearsed nothing in the trial"),
  /**
   * {@link io.github.palimpsest.api.component.Promise#INTERPOLATES}, and a setting {@code alpha} or
   * one that does its work under another name.
   */
  INTERPOLATES("does not promise INTERPOLATES, or has no setting alpha or one like it"),
  /** {@link io.github.palimpsest.api.component.Promise#MEASURES_FORGETTING}. */
  MEASURES_FORGETTING("does not promise MEASURES_FORGETTING"),
  /** Reads records by their keys. */
  RECORDS("reads plain text"),
  /** Comes in a JAR. */
  JAR("does not come in a JAR");

  private final String absence;

  Feature(String absence) {
    this.absence = absence;
  }

  /** What a subject without it does or lacks. */
  public String absence() {
    return absence;
  }
}
