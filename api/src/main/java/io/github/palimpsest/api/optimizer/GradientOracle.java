package io.github.palimpsest.api.optimizer;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.parameter.Params;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * Gives the gradient of the step's objective at any point. Each call is one forward and backward
 * pass over the step's batch or some of its examples. All calls use the same batch and the same
 * random draws.
 */
@Stable(since = "0.1")
@FunctionalInterface
public interface GradientOracle {
  /**
   * Evaluates some terms of the objective on some of the step's examples: their loss divided by
   * their own target tokens, and the penalties as they are (rule CON-16).
   *
   * @param point the point of the evaluation
   * @param terms the requested terms; not empty
   * @param of the requested examples
   */
  Evaluated at(Params point, Set<Term> terms, Examples of);

  /** Evaluates some terms of the objective on all examples of the step. */
  default Evaluated at(Params point, Set<Term> terms) {
    return at(point, terms, Examples.ALL);
  }

  /** The gradient of the whole objective. */
  default Gradients gradient(Params point) {
    return at(point, EnumSet.allOf(Term.class)).gradients();
  }

  /** An oracle that makes one pass for several requests with the same point and terms. */
  default GradientOracle remembering() {
    record Point(
        List<Operand<TFloat32>> tensors,
        Map<String, Operand<TFloat32>> offset,
        Optional<Point> logitGradientAt,
        Optional<String> sampledLabels) {
      static Point of(Params p) {
        return new Point(
            new ArrayList<>(p.tensors().byName().values()),
            p.offset().byName(),
            p.logitGradientAt().map(Point::of),
            p.sampledLabels());
      }
    }
    record Question(Point point, Set<Term> terms, Examples of) {}
    Map<Question, Evaluated> answers = new HashMap<>();
    return (point, terms, of) ->
        answers.computeIfAbsent(
            new Question(Point.of(point), Set.copyOf(terms), of), q -> at(point, terms, of));
  }
}
