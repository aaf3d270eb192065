package io.github.palimpsest.ablation;

import io.github.palimpsest.llm.score.ChoiceItem;
import io.github.palimpsest.llm.text.Document;
import io.github.palimpsest.llm.text.ExampleEncoder;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a set is scored on: documents, as examples once they are encoded, or questions with choices.
 *
 * @param set the set as the experiment file names it
 * @param documents for all measures but accuracy
 * @param choices for accuracy
 * @param encoded the documents as examples; null before {@link #encoded(ExampleEncoder)}
 */
record EvaluationData(
    DataSet set,
    List<Document> documents,
    List<ChoiceItem> choices,
    ExampleEncoder.@Nullable Encoded encoded) {

  static EvaluationData documents(DataSet set, List<Document> documents) {
    return new EvaluationData(set, documents, List.of(), null);
  }

  static EvaluationData choices(DataSet set, List<ChoiceItem> choices) {
    return new EvaluationData(set, List.of(), Spread.over(choices, set.testExamples()), null);
  }

  /** The same, ready to be scored: in examples or documents, no more than the set asks for. */
  EvaluationData encoded(ExampleEncoder encoder) {
    return switch (set.measure()) {
      case NATS_PER_TOKEN ->
          new EvaluationData(
              set, documents, choices, spread(encoder.encode(set.name(), documents)));
      case EXACT_MATCH ->
          new EvaluationData(set, Spread.over(documents, set.testExamples()), choices, null);
      case ACCURACY -> this;
    };
  }

  private ExampleEncoder.Encoded spread(ExampleEncoder.Encoded all) {
    List<Integer> taken =
        Spread.over(IntStream.range(0, all.examples().size()).boxed().toList(), set.testExamples());
    return new ExampleEncoder.Encoded(
        taken.stream().map(all.examples()::get).toList(),
        taken.stream().map(all.bytes()::get).toList(),
        all.cut(),
        all.dropped());
  }

  ExampleEncoder.Encoded examples() {
    if (encoded == null) {
      throw new IllegalStateException("set '" + set.name() + "' is not encoded");
    }
    return encoded;
  }
}
