package io.github.palimpsest.engine;

import io.github.palimpsest.api.optimizer.Evaluated;
import io.github.palimpsest.api.optimizer.Examples;
import io.github.palimpsest.api.optimizer.GradientOracle;
import io.github.palimpsest.api.optimizer.Term;
import io.github.palimpsest.api.parameter.Params;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The answers that the oracle of a step has given, for those who ask the same again. */
final class StepAnswers {
  /**
   * A point and examples in a request to an oracle; equal for points of equal tensors.
   *
   * @param point the trainable tensors, in the order of their names
   * @param offset of the effective weights
   * @param logitGradientAt where the loss is differentiated with respect to the logits
   * @param sampledLabels the stream of labels that the model draws
   * @param of the examples
   */
  record Asked(
      Collection<Operand<TFloat32>> point,
      Map<String, Operand<TFloat32>> offset,
      Optional<Asked> logitGradientAt,
      Optional<String> sampledLabels,
      Examples of) {
    Asked(Params point, Examples of) {
      this(
          List.copyOf(point.tensors().byName().values()),
          point.offset().byName(),
          point.logitGradientAt().map(there -> new Asked(there, of)),
          point.sampledLabels(),
          of);
    }
  }

  private final Map<Question, Evaluated> given = new HashMap<>();

  private record Question(Asked asked, Set<Term> terms) {}

  /** Notes an answer; an earlier one to the same question stays. */
  void note(Asked asked, Set<Term> terms, Evaluated answer) {
    given.putIfAbsent(new Question(asked, Set.copyOf(terms)), answer);
  }

  /** An oracle that gives known answers again, and passes other requests on. */
  GradientOracle before(GradientOracle oracle) {
    return (Params point, Set<Term> terms, Examples of) ->
        Optional.ofNullable(given.get(new Question(new Asked(point, of), Set.copyOf(terms))))
            .orElseGet(() -> oracle.at(point, terms, of));
  }
}
