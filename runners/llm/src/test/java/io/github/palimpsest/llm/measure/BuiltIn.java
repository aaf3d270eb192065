package io.github.palimpsest.llm.measure;

import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.measure.AnswerMeasure;
import io.github.palimpsest.api.measure.ChoiceMeasure;
import io.github.palimpsest.api.measure.TargetMeasure;

/** The measures of this module, for tests of what they are fed with. */
public final class BuiltIn {
  private BuiltIn() {}

  public static TargetMeasure natsPerToken() {
    return (TargetMeasure) NatsPerToken.PROVIDER.create(Settings.defaults(NatsPerToken.PROVIDER));
  }

  public static ChoiceMeasure accuracy() {
    return (ChoiceMeasure) Accuracy.PROVIDER.create(Settings.defaults(Accuracy.PROVIDER));
  }

  public static AnswerMeasure exactMatch() {
    return (AnswerMeasure) ExactMatch.PROVIDER.create(Settings.defaults(ExactMatch.PROVIDER));
  }
}
