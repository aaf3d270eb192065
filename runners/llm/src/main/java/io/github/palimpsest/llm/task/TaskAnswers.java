package io.github.palimpsest.llm.task;

import io.github.palimpsest.api.measure.ChoiceAnswer;
import io.github.palimpsest.api.measure.GeneratedAnswer;
import io.github.palimpsest.api.measure.TargetAnswer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** The answers of a model to the items of a task, as measures see them. */
final class TaskAnswers {
  private TaskAnswers() {}

  record Choice(String item, List<String> choices, List<Double> nats, Set<Integer> right)
      implements ChoiceAnswer {
    @Override
    public double logLikelihood(int choice) {
      return nats.get(choice);
    }

    @Override
    public boolean isRight(int choice) {
      return right.contains(choice);
    }
  }

  record Target(String item, double nats, int targets, int right, String text)
      implements TargetAnswer {
    @Override
    public long bytes() {
      return text.getBytes(StandardCharsets.UTF_8).length;
    }
  }

  record Given(String item, String text, List<String> expected) implements GeneratedAnswer {}
}
