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
  /** Building a step changes no parameter and creates no variable. */
  OPT_02(
      must(
          "OPT-02",
          "Building a step changes no parameter and creates no variable.",
          "assignments and variables made while building; return the change as Updates")),
  /**
   * With a zero gradient and fresh state the update is finite, and exactly zero except for a decay
   * towards zero.
   */
  OPT_03(
      must(
          "OPT-03",
          "With a zero gradient and fresh state the update is finite, and exactly zero except for a decay towards zero.",
          "divisions by a norm that can be 0: where |g| = 0 the ascent is 0")),
  /**
   * In each task the declared passes per step of the optimizer that acts in it equal the oracle
   * calls, each counted by the share of the examples that it asks about, averaged over the steps;
   * those of the whole are those of its costliest task.
   */
  OPT_04(
      must(
          "OPT-04",
          "In each task the declared passes per step of the optimizer that acts in it equal the oracle calls, each counted by the share of the examples that it asks about, averaged over the steps; those of the whole are those of its costliest task.",
          "Cost.passesPerStep in traits, with the settings at hand; phases() and phaseOf")),
  /**
   * A multi-pass optimizer takes its second gradient with the given labels at the perturbed point,
   * in each task in which it makes several passes.
   */
  OPT_05(
      must(
          "OPT-05",
          "A multi-pass optimizer takes its second gradient with the given labels at the perturbed point, in each task in which it makes several passes.",
          "both passes may share the first gradient or its point; ask the oracle a second time, at w + e, and use what it gives")),
  /** The update of a multi-pass optimizer is relative to the unperturbed point, in each task. */
  OPT_06(
      must(
          "OPT-06",
          "The update of a multi-pass optimizer is relative to the unperturbed point, in each task.",
          "the perturbation must not be part of what is returned: the engine adds the update to w, not to w + e")),
  /**
   * The ascent of a scale-invariant optimizer scales with the weights: a kernel multiplied by s,
   * whose gradient is then 1/s as large, is perturbed s times as far.
   */
  OPT_07(
      must(
          "OPT-07",
          "The ascent of a scale-invariant optimizer scales with the weights: a kernel multiplied by s, whose gradient is then 1/s as large, is perturbed s times as far.",
          "the factor |w| or |w|^2 on kernels in the ascent, and the norm it is divided by")),
  /**
   * Declared state carries over from step to step, and each slot that is read is set in some phase;
   * without declared state, earlier steps have no effect.
   */
  OPT_08(
      must(
          "OPT-08",
          "Declared state carries over from step to step, and each slot that is read is set in some phase; without declared state, earlier steps have no effect.",
          "Slots.next must be called with the new value for each slot that old has read; keep nothing in fields")),
  /** Two optimizers in one graph share no state. */
  OPT_09(
      must(
          "OPT-09",
          "Two optimizers in one graph share no state.",
          "fields or static names that tie instances together; read slots from the context that was handed in")),
  /** With one seed and one thread, repeating 20 steps gives the same bits. */
  OPT_10(
      must(
          "OPT-10",
          "With one seed and one thread, repeating 20 steps gives the same bits.",
          "a random source of its own, iteration over hashed collections, or a clock")),
  /**
   * The optimizer reduces a convex quadratic to 1 % and Rosenbrock's function to 20 % of their
   * starting values within 2,000 steps, for some learning rate from 1e-4 to 1 (or scale of the
   * function if it has no learning rate) and with rho 0.01. Parameters that it does not train start
   * at the minimum, and Rosenbrock's function is asked of one that trains all.
   */
  OPT_11(
      must(
          "OPT-11",
          "The optimizer reduces a convex quadratic to 1 % and Rosenbrock's function to 20 % of their starting values within 2,000 steps, for some learning rate from 1e-4 to 1 (or scale of the function if it has no learning rate) and with rho 0.01. Parameters that it does not train start at the minimum, and Rosenbrock's function is asked of one that trains all.",
          "the sign of the update, and the scale of state that starts at zero")),
  /** At most the declared number of slots per parameter is used, to within 5 %. */
  OPT_12(
      should(
          "OPT-12",
          "At most the declared number of slots per parameter is used, constants of the graph included, to within 5 %.",
          "Cost.slotsPerParameter in traits")),
  /**
   * An optimizer that wraps another builds it in its phase at the step of each task, with its own
   * slots and on parameters that the oracle answers for; it uses the update of the base and
   * declares the passes of the base.
   */
  OPT_13(
      must(
          "OPT-13",
          "An optimizer that wraps another builds it in its phase at the step of each task, with its own slots and on parameters that the oracle answers for; it uses the update of the base and declares the passes of the base.",
          "Wrapper has all of it: phases() and phaseOf() of the base, Wrapper.inner(c) for its context, Wrapper.traits for the cost")),
  /**
   * On a quadratic the optimizer follows its closed-form trajectory, computed in double precision.
   */
  OPT_14(
      must(
              "OPT-14",
              "On a quadratic an optimizer with closed steps follows them, computed in double precision, at its settings, with each number and with all of them changed, there also with gradients that change their signs, and then with each other word, to a relative 1e-4.",
              "bias corrections, the order of decay and step, and settings without effect; ClosedSteps is the equation once more")
          .formerly("O1")),
  /**
   * With rho = 0 an optimizer of one phase makes the same steps as the optimizer that it wraps, to
   * a relative 1e-5, also with each whole number of its own at 2, if it does not withdraw
   * BASE_WITHOUT_RADIUS.
   */
  OPT_15(
      must(
              "OPT-15",
              "With rho = 0 an optimizer of one phase makes the same steps as the optimizer that it wraps, to a relative 1e-5, also with each whole number of its own at 2, if it does not withdraw BASE_WITHOUT_RADIUS.",
              "terms that do not vanish with rho; 0 times an infinite or undefined direction")
          .formerly("O2")),
  /** With lr = 0, and with rate 0 for any decay of its own, every parameter keeps its bits. */
  OPT_16(
      must(
              "OPT-16",
              "With lr = 0, and with rate 0 for any decay of its own, every parameter keeps its bits.",
              "terms of the update that lr does not multiply, such as decay or an ascent that is not taken back")
          .formerly("O3")),
  /**
   * An ascent that is promised to be Euclidean has the norm of its radius, which is rho or the
   * setting that moves it, over all parameters together, to a relative 1e-4.
   */
  OPT_17(
      must(
              "OPT-17",
              "An ascent that is promised to be Euclidean has the norm of its radius, which is rho or the setting that moves it, over all parameters together, to a relative 1e-4, and in the first step it goes up.",
              "the norm: over all tensors together, and with no constant added below the root; the sign")
          .formerly("O4")),
  /**
   * A scale-invariant optimizer states how it treats parameters of one dimension, and is invariant
   * under the rescaling that its variant claims.
   */
  OPT_18(
      untested(
              "OPT-18",
              "A scale-invariant optimizer states how it treats parameters of one dimension, and is invariant under the rescaling that its variant claims.",
              "OPT-07 tests kernels; for the rest there is no way to state it but in words")
          .formerly("O5")),
  /**
   * K micro-batches give the same step as one batch, to a relative 1e-4, for ascent and descent
   * alike.
   */
  OPT_19(
      must(
              "OPT-19",
              "K micro-batches give the same step as one batch, to a relative 1e-4, for ascent and descent alike.",
              "points that depend on anything but params and what the oracle gave")
          .formerly("O6")),
  /**
   * In each task the measured forward and backward passes equal the declared cost of the optimizer
   * that acts in it.
   */
  OPT_20(
      must(
              "OPT-20",
              "In each task the measured forward and backward passes equal the declared cost of the optimizer that acts in it.",
              "an oracle call whose result is not used, or one more than is declared")
          .formerly("O7")),
  /** All passes of a step see the same batch and the same random draws. */
  OPT_21(
      untested(
              "OPT-21",
              "All passes of a step see the same batch and the same random draws.",
              "a runner's promise, see RUN-05: an optimizer cannot ask for other draws")
          .formerly("O8")),
  /**
   * A run that is stopped at any step and continued from its checkpoint by a fresh object ends with
   * the same bits.
   */
  OPT_22(
      must(
              "OPT-22",
              "A run that is stopped at any step and continued from its checkpoint by a fresh object ends with the same bits.",
              "fields that change between steps: they are in no checkpoint; use Slots")
          .formerly("O9")),
  /** Frozen parameters never change and have no slots. */
  OPT_23(
      untested(
              "OPT-23",
              "Frozen parameters never change and have no slots.",
              "an optimizer is handed the trainable parameters alone; OPT-01 and PAR-02 hold the rest")
          .formerly("O10")),
  /** Every parameter that the optimizer trains changes within 20 steps. */
  OPT_24(
      should(
              "OPT-24",
              "Every parameter that the optimizer trains changes within 20 steps.",
              "parameters that are skipped by role or name, or an update that rounds to zero")
          .formerly("O11")),
  /** Running a step adds nothing to the graph. */
  OPT_25(
      must(
              "OPT-25",
              "Running a step adds nothing to the graph.",
              "a Schedule or phaseOf that builds operands")
          .formerly("O12")),
  /** The gradients that an update is made of cover the data and the penalty. */
  OPT_26(
      must(
          "OPT-26",
          "The gradients that an update is made of cover the data and the penalty.",
          "the terms that each oracle call asks for: an ascent may climb the data alone, but the descent needs both")),
  /** In each task and for each number of steps, phaseOf is from 0 to phases() - 1. */
  OPT_27(
      must(
          "OPT-27",
          "In each task and for each number of steps, phaseOf is a function of its arguments from 0 to phases() - 1.",
          "phaseOf in later tasks and in short ones")),
  /**
   * An optimizer that declares slots has exactly these, with the declared shape for each parameter
   * that has them.
   */
  OPT_28(
      must(
          "OPT-28",
          "An optimizer that declares slots has exactly these, with the declared shape for each parameter that has them.",
          "Optimizer.slots(): the slots that are read in any phase, by Slot.old or by name; those of a wrapped optimizer are its own")),
  /**
   * A declared slot has its declared values before the first step: a function of the parameter and
   * its values, finite, and one for each element.
   */
  OPT_29(
      must(
          "OPT-29",
          "A declared slot has its declared values before the first step: a function of the parameter and its values, finite, and one for each element.",
          "read the slot that slots() declares; Slot.Start must use nothing but its arguments, and leave them as they are")),
  /**
   * The floats that an optimizer with declared slots states, in its slots and its cost together,
   * are those that its slots take.
   */
  OPT_30(
      must(
          "OPT-30",
          "The floats that an optimizer with declared slots states, in its slots and its cost together, are those that its slots take.",
          "Cost.slots counts the slots of wrapped optimizers alone, where slots() declares those of this one")),
  /**
   * Neither the update nor the state depends on the sign of a gradient with labels drawn from the
   * model.
   */
  OPT_31(
      must(
          "OPT-31",
          "Neither the update nor the state depends on the sign of a gradient with labels drawn from the model.",
          "which of the two gradients goes into the direction: that of drawn labels has the mean 0, and its square is the curvature")),
  /** A parameter that the optimizer says it does not train keeps its bits and has no slots. */
  OPT_32(
      must(
          "OPT-32",
          "A parameter that the optimizer says it does not train keeps its bits and has no slots.",
          "Optimizer.trains, and the updates that are filled with zeros"));

  private final RuleText text;

  OptimizerRule(RuleText text) {
    this.text = text;
  }

  @Override
  public RuleText text() {
    return text;
  }
}
