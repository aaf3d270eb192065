package io.github.palimpsest.engine;

import io.github.palimpsest.api.optimizer.Evaluated;
import io.github.palimpsest.api.optimizer.Examples;
import io.github.palimpsest.api.optimizer.GradientOracle;
import io.github.palimpsest.api.optimizer.Term;
import io.github.palimpsest.api.parameter.Params;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The answers that the oracle of a step has given, for those who ask the same again. */
final class StepAnswers {
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
