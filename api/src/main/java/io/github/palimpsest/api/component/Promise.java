package io.github.palimpsest.api.component;

import io.github.palimpsest.api.Stable;
import java.util.EnumSet;
import java.util.Set;

/**
 * A property that most components of a kind have and some correctly lack. A runner may rely on a
 * promise, and the compatibility kit tests exactly the promises that a provider makes ({@link
 * Provider#promises}), so runner and kit agree. If a property is usual for a kind, it is promised
 * unless the provider withdraws it: a forgotten withdrawal makes a test fail.
 */
@Stable(since = "0.1")
public enum Promise {
  /** The ascent point moves with the weights when one kernel is scaled up (OPT-07). */
  SCALE_INVARIANT(Kind.OPTIMIZER, false),
  /**
   * An ascent point lies at Euclidean distance {@code rho} from the weights; the setting may have
   * another name (OPT-17).
   */
  EUCLIDEAN_ASCENT(Kind.OPTIMIZER, false),
  /**
   * With the radius of its ascent at 0 an optimizer makes the steps of the one that it wraps
   * (OPT-15). One with an effect besides the ascent, such as slow weights, withdraws it.
   */
  BASE_WITHOUT_RADIUS(Kind.OPTIMIZER, true),
  /** The adapted model is bit-identical to its base at the start (PAR-01). */
  EXACT_START(Kind.ADAPTER, true),
  /** No parameter of the base is trained (PAR-02). */
  FREEZES_BASE(Kind.ADAPTER, true),
  /**
   * The adapter adds biases or rows before the input, which cannot be merged into the model's own
   * tensors (PAR-11). A recipe that needs merged weights is refused.
   */
  UNMERGEABLE(Kind.ADAPTER, false),
  /** A finished task adds nothing to the penalty at its own weights (REG-02). */
  ZERO_AT_ANCHOR(Kind.REGULARIZER, true),
  /**
   * With importance F, strength and anchor a: {@code strength/2 * sum F (w - a)^2}; without
   * importance, a penalty that is a multiple of {@code sum (w - a)^2} has the one-half (REG-04).
   */
  HALF_SQUARE(Kind.REGULARIZER, true),
  /**
   * Importance is made of the squared gradient of each example, so the division of a task into
   * batches is irrelevant (REG-06). A running Fisher information of batch means, as in RWalk,
   * withdraws it.
   */
  PER_EXAMPLE_IMPORTANCE(Kind.REGULARIZER, true),
  /** Every finished task counts, not only the last one (REG-07). */
  COUNTS_ALL_TASKS(Kind.REGULARIZER, true),
  /** Each example seen is kept with equal chance, at least among tasks of equal size (DAT-04). */
  UNIFORM_MEMORY(Kind.REHEARSAL, true),
  /** A setting {@code alpha} leads from the earlier weights, at 0, to the later, at 1 (PPW-02). */
  INTERPOLATES(Kind.MERGER, true),
  /** The metric is exactly 0 if later training changed no score (MET-01). */
  MEASURES_FORGETTING(Kind.METRIC, true),
  /** The target is a folder or a file, so that tests can run anywhere (TRK-01). */
  WRITES_FILES(Kind.TRACKER, true);

  private final Kind kind;
  private final boolean usual;

  Promise(Kind kind, boolean usual) {
    this.kind = kind;
    this.usual = usual;
  }

  /** The promises of a component of a kind, unless its provider declares others. */
  public static Set<Promise> usual(Kind kind) {
    Set<Promise> usual = EnumSet.noneOf(Promise.class);
    for (Promise p : values()) {
      if (p.usual && p.kind == kind) {
        usual.add(p);
      }
    }
    return usual;
  }

  /** The usual promises of a component of a kind, without the withdrawn ones. */
  public static Set<Promise> usualWithout(Kind kind, Promise... withdrawn) {
    Set<Promise> left = usual(kind);
    for (Promise p : withdrawn) {
      left.remove(p);
    }
    return left;
  }
}
