package io.github.palimpsest.llm.task;

import io.github.palimpsest.api.measure.ItemScore;
import io.github.palimpsest.api.measure.TargetAnswer;
import io.github.palimpsest.api.measure.TargetMeasure;

/** Whether every target is the model's most likely token: greedy generation would give them. */
final class AllTargetsRight implements TargetMeasure {
  @Override
  public ItemScore score(TargetAnswer answer) {
    return ItemScore.of(answer.right() == answer.targets() ? 1 : 0);
  }
}
