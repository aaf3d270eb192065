package io.github.palimpsest.api.measure;

import io.github.palimpsest.api.Experimental;
import java.util.List;

/** How likely a model finds each choice of one question. */
@Experimental(since = "0.1")
public interface ChoiceAnswer {
  /** The item's name: {@code SET/NUMBER}. */
  String item();

  /** The choices as in the data, at least two; the list is immutable. */
  List<String> choices();

  /** The natural log-probability of a choice's tokens after the question: 0 or less. */
  double logLikelihood(int choice);

  /** Whether a choice is a right one. At least one is. */
  boolean isRight(int choice);
}
