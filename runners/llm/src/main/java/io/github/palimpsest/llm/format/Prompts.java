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
 * Records with {@code prompt} and an answer to it; the prompt is used unchanged.
 *
 * @param answer the key of the answer
 */
record Prompts(String answer) implements DataFormat {
  private static final String PROMPT = "prompt";

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
          .creates(s -> new Prompts("response"));

  static final DataFormatProvider COMPLETIONS =
      DataFormatProvider.of(
              "completions",
              "A prompt as it stands and its completion",
              "context = prompt; target = completion")
          .traits(
              Traits.of(
                  Onset.FIRST_TASK,
                  Cost.NONE,
                  "von Werra et al. 2020, TRL: Transformer reinforcement learning, dataset formats"
                      + " (github.com/huggingface/trl)"))
          .creates(s -> new Prompts("completion"));

  @Override
  public Gives gives() {
    return Gives.ANSWERS;
  }

  @Override
  public List<String> keys() {
    return List.of(PROMPT, answer);
  }

  @Override
  public String example() {
    return "{\"prompt\": \"2 + 3 = \", \"" + answer + "\": \"5\"}";
  }

  @Override
  public TextExample read(DataRecord record) {
    return TextExample.answer(record.text(PROMPT), record.text(answer));
  }
}
