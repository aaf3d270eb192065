package io.github.palimpsest.llm.format;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.data.DataFormat;
import io.github.palimpsest.api.data.DataFormatProvider;
import io.github.palimpsest.api.data.DataRecord;
import io.github.palimpsest.api.data.TextExample;
import java.util.List;

/**
 * Records with {@code query}, {@code choices} and {@code gold}, or {@code label} if {@code gold} is
 * missing.
 */
public record Choices() implements DataFormat {
  static final DataFormatProvider PROVIDER =
      DataFormatProvider.of(
              "choices",
              "A question with answers to choose from",
              "context = query; candidates = choices; right one = choices[gold]")
          .traits(
              Traits.of(
                  Onset.FIRST_TASK,
                  Cost.NONE,
                  "Gao et al. 2021, lm-evaluation-harness"
                      + " (github.com/EleutherAI/lm-evaluation-harness)"))
          .creates(s -> new Choices());

  @Override
  public Gives gives() {
    return Gives.CHOICES;
  }

  @Override
  public List<String> keys() {
    return List.of("query", "choices");
  }

  @Override
  public List<String> optionalKeys() {
    return List.of("gold", "label");
  }

  @Override
  public String example() {
    return "{\"query\": \"2 + 3 =\", \"choices\": [\"4\", \"5\"], \"gold\": 1}";
  }

  @Override
  public TextExample read(DataRecord record) {
    List<String> choices = record.texts("choices");
    int empty = choices.indexOf("");
    if (empty >= 0) {
      throw record.problem("choice " + empty + " must be text that is not empty");
    }
    if (choices.size() < 2) {
      throw record.problem("key 'choices' must be an array of at least 2 texts, not " + choices);
    }
    String key = record.has("label") && !record.has("gold") ? "label" : "gold";
    int gold = (int) record.integer(key, 0, choices.size() - 1);
    return TextExample.choice(record.text("query"), choices, gold);
  }
}
