package io.github.palimpsest.cli.study;

/**
 * A level of the optimizer axis of an experiment, as the page calls it.
 *
 * @param name for readers
 * @param role which question it answers
 */
record Arm(String name, Role role) {
  /** What an arm is compared for. */
  enum Role {
    /** What all others are compared with. */
    BASE,
    /** SAM in the first stage alone. */
    FIRST,
    /** SAM in the later stage alone, the case of the paper. */
    LATER,
    /** SAM in both. */
    BOTH,
    /** Another way to find a flat first minimum. */
    OTHER,
    /** What may explain an effect without flatness. */
    CONTROL
  }

  static final Arm ADAMW = new Arm("AdamW", Role.BASE);
  static final Arm FIRST = new Arm("SAM in the first stage", Role.FIRST);
  static final Arm LATER = new Arm("SAM in the later stage", Role.LATER);
  static final Arm BOTH = new Arm("SAM in both", Role.BOTH);

  /** The same arm with a learning rate in both stages. */
  Arm at(String rate) {
    return new Arm(name + ", " + rate, role);
  }
}
