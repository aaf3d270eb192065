package io.github.palimpsest.tck;

/**
 * A feature that a rule needs. The kit finds it in the provider, the settings or the behaviour of
 * the component in a trial; test authors do not declare it.
 */
public enum Feature {
  /** More than one pass a step, by the declared cost, and with the given labels. */
  MULTI_PASS("declares one pass a step, or draws the labels of the others"),
  /** Asks for a gradient with labels drawn from the model. */
  SAMPLED_LABELS("asks for no gradient with labels drawn from the model"),
  /** A declared onset after the first task, for a component that acts on the steps of a task. */
  LATE_ONSET("acts from the first task on, or not on the steps of a task"),
  /**
   * A learning rate that can be 0, its own or its base's: {@code lr}, or a setting that updates are
   * proportional to.
   */
  LEARNING_RATE("has no learning rate among its settings that can be 0"),
  /**
   * {@link io.github.palimpsest.api.component.Promise#BASE_WITHOUT_RADIUS}, a radius that can be 0,
   * a wrapped optimizer, and one phase.
   */
  RADIUS_AND_BASE(
      "withdraws BASE_WITHOUT_RADIUS, has no setting rho that can be 0, wraps no optimizer, or has"
          + " several phases"),
  /** A wrapped optimizer that may be the kit's own, which has two phases and a slot. */
  BASE("wraps no optimizer, or refuses one of two phases with a slot"),
  /** Slots whose shapes or starts follow from each parameter. */
  DECLARED_SLOTS("declares no slots of its own"),
  /** Trains some of the kit's parameters and not all. */
  TRAINS_SOME("trains all parameters"),
  /** {@link io.github.palimpsest.api.component.Promise#SCALE_INVARIANT}. */
  SCALE_INVARIANT("does not promise SCALE_INVARIANT"),
  /** {@link io.github.palimpsest.api.component.Promise#EUCLIDEAN_ASCENT}. */
  EUCLIDEAN_ASCENT("does not promise EUCLIDEAN_ASCENT"),
  /** {@link io.github.palimpsest.api.component.Promise#FREEZES_BASE}. */
  FREEZES_BASE("does not promise FREEZES_BASE"),
  /**
   * Declares that its effective weights are the base's plus a term that does not depend on them.
   */
  ADDITIVE("does not say that it is additive"),
  /** {@link io.github.palimpsest.api.component.Promise#ZERO_AT_ANCHOR}. */
  ANCHOR("does not promise ZERO_AT_ANCHOR"),
  /** Asks a finished task for its mean squared gradient. */
  IMPORTANCE("never asks a finished task for its mean squared gradient"),
  /** {@link io.github.palimpsest.api.component.Promise#PER_EXAMPLE_IMPORTANCE}. */
  PER_EXAMPLE_IMPORTANCE("does not promise PER_EXAMPLE_IMPORTANCE"),
  /**
   * The capability {@link io.github.palimpsest.api.optimizer.ClosedSteps}, {@link
   * io.github.palimpsest.api.regularizer.ClosedPenalty} or {@link
   * io.github.palimpsest.api.metric.ClosedMetric}.
   */
  CLOSED_FORM("gives no closed form of its equation"),
  /** A setting {@code lambda} or {@code strength}, or one that the penalty is proportional to. */
  STRENGTH("has no strength among its settings"),
  /** Gives the gradient of its penalty in closed form. */
  CLOSED_GRADIENT("gives no gradient of its penalty in closed form"),
  /** Weights the tokens of the data loss. */
  TOKEN_WEIGHTS("does not weight the tokens of the data loss"),
  /** Constrains the gradients that the optimizer receives. */
  GRADIENT_CONSTRAINT("leaves the gradients of the optimizer as they are"),
  /**
   * {@link io.github.palimpsest.api.component.Promise#UNIFORM_MEMORY}, and examples that are kept.
   */
  UNIFORM_MEMORY("does not promise UNIFORM_MEMORY, or keeps nothing"),
  /** Rehearses examples of a finished task in a trial. */
  KEEPS_EXAMPLES("rehearsed nothing in the trial"),
  /** Chooses among candidates. */
  CHOOSES("trains all examples that it adds"),
  /**
   * {@link io.github.palimpsest.api.component.Promise#INTERPOLATES}, and a setting {@code alpha},
   * or one with the same effect under another name.
   */
  INTERPOLATES("does not promise INTERPOLATES, or has no setting alpha or a similar one"),
  /** {@link io.github.palimpsest.api.component.Promise#MEASURES_FORGETTING}. */
  MEASURES_FORGETTING("does not promise MEASURES_FORGETTING"),
  /** Reads records by their keys. */
  RECORDS("reads plain text"),
  /** A setting of which the kit knows another allowed value. */
  SETTINGS("has no setting of which the kit knows another allowed value"),
  /** No objective in a graph, or a process that can load TensorFlow. */
  GRAPH("has an objective in a graph, and TensorFlow is not available to this test"),
  /** Affects the numbers of a run. */
  DECIDES_NUMBERS("shows numbers and has no effect on them"),
  /**
   * {@link io.github.palimpsest.api.component.Promise#WRITES_FILES}, or a target among the
   * settings.
   */
  TARGET("needs a server: give one as 'target' in the kit's settings"),
  /** The capability {@link io.github.palimpsest.api.tracker.Readback}. */
  READBACK("cannot read its target, so the kit cannot check what it shows"),
  /** Is in a JAR. */
  JAR("does not come in a JAR");

  private final String absence;

  Feature(String absence) {
    this.absence = absence;
  }

  /** The description of a subject that lacks the feature. */
  public String absence() {
    return absence;
  }
}
