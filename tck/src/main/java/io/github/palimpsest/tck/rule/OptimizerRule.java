package io.github.palimpsest.tck.rule;

import static io.github.palimpsest.tck.rule.RuleText.must;
import static io.github.palimpsest.tck.rule.RuleText.should;
import static io.github.palimpsest.tck.rule.RuleText.untested;

/** Rules for optimizers. */
public enum OptimizerRule implements Rule {
  /** The updates have exactly the names and shapes of the trainable parameters. */
  OPT_01(
      must(
          "OPT-01",
          "The updates have exactly the names and shapes of the trainable parameters.",
          "the map that becomes Updates: every parameter, biases and scalars included, and no other; no broadcasting")),
  /** Building a step changes no parameter and makes no variable. */
  OPT_02(
      must(
          "OPT-02",
          "Building a step changes no parameter and makes no variable.",
          "assignments and variables made while building; return the change as Updates")),
  /**
   * With a zero gradient and fresh state the update is finite, and exactly zero but for a decay
   * towards zero.
   */
  OPT_03(
      must(
          "OPT-03",
          "With a zero gradient and fresh state the update is finite, and exactly zero but for a decay towards zero.",
          "divisions by a norm that can be 0: where |g| = 0 the ascent is 0")),
  /**
   * The declared passes a step equal the oracle calls, each counted by the share of the examples
   * that it asks about, averaged over the steps.
   */
  OPT_04(
      must(
          "OPT-04",
          "The declared passes a step equal the oracle calls, each counted by the share of the examples that it asks about, averaged over the steps.",
          "Cost.passesPerStep in traits, with the settings at hand; phases() and phaseOf")),
  /** A multi-pass optimizer takes its second gradient at the perturbed point. */
  OPT_05(
      must(
          "OPT-05",
          "A multi-pass optimizer takes its second gradient at the perturbed point.",
          "both passes may share the first gradient or its point; ask the oracle a second time, at w + e, and use what it gives")),
  /** The update of a multi-pass optimizer is relative to the unperturbed point. */
  OPT_06(
      must(
          "OPT-06",
          "The update of a multi-pass optimizer is relative to the unperturbed point.",
          "the perturbation must not be part of what is returned: the engine adds the update to w, not to w + e")),
  /**
   * The ascent of a scale-invariant optimizer scales with the weights: a kernel scaled by s, whose
   * gradient is then 1/s as large, is perturbed s times as far.
   */
  OPT_07(
      must(
          "OPT-07",
          "The ascent of a scale-invariant optimizer scales with the weights: a kernel scaled by s, whose gradient is then 1/s as large, is perturbed s times as far.",
          "the factor |w| or |w|^2 on kernels in the ascent, and the norm it is divided by")),
  /**
   * State that is declared carries over from step to step; without declared state, what came before
   * has no effect.
   */
  OPT_08(
      must(
          "OPT-08",
          "State that is declared carries over from step to step; without declared state, what came before has no effect.",
          "Slots.next must be called with the new value for each slot that old has read; keep nothing in fields")),
  /** Two optimizers in one graph share no state. */
  OPT_09(
      must(
          "OPT-09",
          "Two optimizers in one graph share no state.",
          "fields or static names that tie instances together; read slots from the context that was handed in")),
  /** With one seed and one thread, 20 steps give the same bits again. */
  OPT_10(
      must(
          "OPT-10",
          "With one seed and one thread, 20 steps give the same bits again.",
          "a random source of its own, iteration over hashed collections, or a clock")),
  /**
   * The optimizer reduces a convex quadratic to 1 % and Rosenbrock's function to 20 % of their
   * starting values within 2,000 steps, at some learning rate from 1e-4 to 1, or scale of the
   * function if it has none, and with rho 0.01.
   */
  OPT_11(
      must(
          "OPT-11",
          "The optimizer reduces a convex quadratic to 1 % and Rosenbrock's function to 20 % of their starting values within 2,000 steps, at some learning rate from 1e-4 to 1, or scale of the function if it has none, and with rho 0.01.",
          "the sign of the update, and the scale of state that starts at zero")),
  /** No more slots for each parameter are used than are declared, to 5 %. */
  OPT_12(
      should(
          "OPT-12",
          "No more slots for each parameter are used than are declared, to 5 %.",
          "Cost.slotsPerParameter in traits")),
  /**
   * An optimizer that wraps another builds it in the phase that it has at the step, with slots of
   * its own and on parameters that the oracle answers for, uses its update, and declares the passes
   * made of it.
   */
  OPT_13(
      must(
          "OPT-13",
          "An optimizer that wraps another builds it in the phase that it has at the step, with slots of its own and on parameters that the oracle answers for, uses its update, and declares the passes made of it.",
          "Wrapper has all of it: phases() and phaseOf() of the base, Wrapper.inner(c) for its context, Wrapper.traits for the cost")),
  /** The measured forward and backward passes equal the declared cost. */
  O7(
      must(
          "O7",
          "The measured forward and backward passes equal the declared cost.",
          "an oracle call whose result is not used, or one more than is declared")),
  /**
   * An ascent that is promised to be Euclidean has norm rho over all parameters together, to a
   * relative 1e-4.
   */
  O4(
      must(
          "O4",
          "An ascent that is promised to be Euclidean has norm rho over all parameters together, to a relative 1e-4.",
          "the norm: over all tensors together, and with no constant added below the root")),
  /**
   * With rho = 0 an optimizer of one phase makes the steps of the one that it wraps, to a relative
   * 1e-5.
   */
  O2(
      must(
          "O2",
          "With rho = 0 an optimizer of one phase makes the steps of the one that it wraps, to a relative 1e-5.",
          "terms that do not vanish with rho; 0 times an infinite or undefined direction")),
  /**
   * K micro-batches give the same step as one batch, to a relative 1e-4, for ascent and descent
   * alike.
   */
  O6(
      must(
          "O6",
          "K micro-batches give the same step as one batch, to a relative 1e-4, for ascent and descent alike.",
          "points that depend on anything but params and what the oracle gave")),
  /**
   * A run stopped at any step and taken up from its checkpoint by a fresh object ends with the same
   * bits.
   */
  O9(
      must(
          "O9",
          "A run stopped at any step and taken up from its checkpoint by a fresh object ends with the same bits.",
          "fields that change between steps: they are in no checkpoint; use Slots")),
  /** A step adds nothing to the graph. */
  O12(
      must(
          "O12",
          "A step adds nothing to the graph.",
          "a Schedule or phaseOf that builds operands")),
  /** Every trainable parameter with a gradient changes within 20 steps. */
  O11(
      should(
          "O11",
          "Every trainable parameter with a gradient changes within 20 steps.",
          "parameters that are skipped by role or name, or an update that rounds to zero")),
  /** With lr = 0, and 0 for the rate of a decay of its own, every parameter keeps its bits. */
  O3(
      must(
          "O3",
          "With lr = 0, and 0 for the rate of a decay of its own, every parameter keeps its bits.",
          "terms of the update that lr does not multiply, such as decay or an ascent that is not taken back")),
  /**
   * It states how parameters of one dimension are treated, and is invariant under the rescaling
   * that its variant claims.
   */
  O5(
      untested(
          "O5",
          "It states how parameters of one dimension are treated, and is invariant under the rescaling that its variant claims.",
          "OPT-07 tests kernels; for the rest there is no way to state it but in words")),
  /** It follows its closed-form trajectory on a quadratic, computed in double precision. */
  O1(
      untested(
          "O1",
          "It follows its closed-form trajectory on a quadratic, computed in double precision.",
          "the kit does not know a stranger's formula; the component's own test compares it with its closed form or a golden")),
  /** All passes of a step see the same batch and the same random draws. */
  O8(
      untested(
          "O8",
          "All passes of a step see the same batch and the same random draws.",
          "a runner's promise, see RUN-05: an optimizer cannot ask for other draws")),
  /** Frozen parameters never change and have no slots. */
  O10(
      untested(
          "O10",
          "Frozen parameters never change and have no slots.",
          "an optimizer is handed the trainable parameters alone; OPT-01 and PAR-02 hold the rest"));

  private final RuleText text;

  OptimizerRule(RuleText text) {
    this.text = text;
  }

  @Override
  public RuleText text() {
    return text;
  }
}
