package io.github.palimpsest.llm.format;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.data.DataFormat;
import io.github.palimpsest.api.data.DataFormatProvider;
import io.github.palimpsest.api.data.DataRecord;
import io.github.palimpsest.api.data.TextExample;
import java.util.List;

/** Records with {@code prompt} and {@code response}; the prompt is used unchanged. */
record Prompts() implements DataFormat {
  static final DataFormatProvider PROVIDER =
      DataFormatProvider.of(
              "prompts",
              "A prompt as it stands and its response",
              "context = prompt; target = response")
          .traits(
              Traits.of(
                  Onset.FIRST_TASK,
                  Cost.NONE,
                  "Ouyang et al. 2022, Training language models to follow instructions"
                      + " (arXiv:2203.02155)"))
          .creates(s -> new Prompts());

  @Override
  public Gives gives() {
    return Gives.ANSWERS;
  }

  @Override
  public List<String> keys() {
    return List.of("prompt", "response");
  }

  @Override
  public String example() {
    return "{\"prompt\": \"2 + 3 = \", \"response\": \"5\"}";
  }

  @Override
  public TextExample read(DataRecord record) {
    return TextExample.answer(record.text("prompt"), record.text("response"));
  }
}
