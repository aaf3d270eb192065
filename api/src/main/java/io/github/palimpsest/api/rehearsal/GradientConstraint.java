package io.github.palimpsest.api.rehearsal;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.optimizer.Evaluated;
import io.github.palimpsest.api.optimizer.GradientOracle;
import io.github.palimpsest.api.optimizer.Gradients;
import io.github.palimpsest.api.optimizer.Term;
import io.github.palimpsest.api.parameter.Params;
import java.util.List;
import org.tensorflow.op.Ops;

/**
 * A constraint on every gradient of the data loss, such as that of gradient episodic memory: the
 * rehearsed examples affect only the constraint. A runner gives the optimizer the oracle of {@link
 * #around}, so a wrapper such as {@code clip-norm} acts on constrained gradients.
 */
@Experimental(since = "0.1")
public non-sealed interface GradientConstraint extends RehearsalObjective {
  /**
   * Whether there is one reference for each finished task, over its examples in the batch, rather
   * than a single one over all rehearsed examples.
   */
  boolean perTask();

  /**
   * The gradient that the optimizer receives.
   *
   * @param tf where to build
   * @param g the gradient of the mean loss of the current examples, and of the penalties if they
   *     were requested
   * @param references the gradients of the mean loss of rehearsed examples at the same point; zeros
   *     if the batch has none
   */
  Gradients constrained(Ops tf, Gradients g, List<Gradients> references);

  /**
   * The oracle that replaces the step's oracle. Its answers about the data loss have constrained
   * gradients, both in the trainable and in the effective space, each with the references of that
   * space. It passes on answers about penalties alone unchanged, and answers with labels drawn from
   * the model ({@link Params#sampledLabels}), which are no gradients of the objective.
   *
   * @param tf where to build
   * @param oracle the step's own
   */
  default GradientOracle around(Ops tf, RehearsalOracle oracle) {
    return (point, terms, of) -> {
      Evaluated g = oracle.at(point, terms, of);
      return terms.contains(Term.DATA) && point.sampledLabels().isEmpty()
          ? answer(tf, g, oracle.references(point, of, perTask()))
          : g;
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
