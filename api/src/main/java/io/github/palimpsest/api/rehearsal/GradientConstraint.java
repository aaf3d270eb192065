package io.github.palimpsest.api.rehearsal;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.optimizer.Evaluated;
import io.github.palimpsest.api.optimizer.GradientOracle;
import io.github.palimpsest.api.optimizer.Gradients;
import io.github.palimpsest.api.optimizer.Term;
import java.util.List;
import org.tensorflow.op.Ops;

/**
 * A constraint on every gradient of the data loss, such as that of gradient episodic memory: the
 * rehearsed examples count in the constraint alone. A runner hands the optimizer the oracle of
 * {@link #around}, so a wrapper such as {@code clip-norm} acts on constrained gradients.
 */
@Experimental(since = "0.1")
public non-sealed interface GradientConstraint extends RehearsalObjective {
  /**
   * Whether there is a reference for each finished task, over the examples of that task in the
   * batch, rather than one over all rehearsed examples.
   */
  boolean perTask();

  /**
   * The gradient that an optimizer is given.
   *
   * @param tf where to build
   * @param g of the mean loss of the current examples, and of the penalties where they were asked
   *     for
   * @param references of the mean loss of rehearsed examples at the same point; zeros where the
   *     batch has none
   */
  Gradients constrained(Ops tf, Gradients g, List<Gradients> references);

  /**
   * The oracle that an optimizer is given in place of the step's: its answers about the data loss
   * have constrained gradients, in the trainable and in the effective space alike, each against the
   * references of that space. Answers about penalties alone are handed on as they are.
   *
   * @param tf where to build
   * @param oracle the step's own
   */
  default GradientOracle around(Ops tf, RehearsalOracle oracle) {
    return (point, terms, of) -> {
      Evaluated g = oracle.at(point, terms, of);
      return terms.contains(Term.DATA) ? answer(tf, g, oracle.references(point, of, perTask())) : g;
    };
  }

  private Evaluated answer(Ops tf, Evaluated g, List<Evaluated> references) {
    return Evaluated.of(
        g.loss(),
        constrained(tf, g.gradients(), references.stream().map(Evaluated::gradients).toList()),
        () ->
            constrained(
                tf,
                g.effective().get(),
                references.stream().map(r -> r.effective().get()).toList()),
        g.share());
  }
}
