package io.github.palimpsest.llm.format;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.ProviderBuilder;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.data.DataFormat;
import io.github.palimpsest.api.data.DataFormatProvider;
import io.github.palimpsest.api.data.DataRecord;
import io.github.palimpsest.api.data.TextExample;
import java.util.List;

/**
 * Records with a question and its answer, and an optional {@code context} that the question is
 * about. The question is the instruction of the template, the context its input.
 *
 * @param question the key of the question
 * @param answer the key of the answer
 * @param template makes a prompt from a question
 */
record Questions(String question, String answer, PromptTemplate template) implements DataFormat {
  private static final String CONTEXT = "context";

  static final DataFormatProvider PROVIDER =
      provider(
              "questions",
              "A question and its answer, with an optional context",
              "context = template(question, context); target = answer",
              "Cobbe et al. 2021, Training verifiers to solve math word problems"
                  + " (arXiv:2110.14168)")
          .creates(s -> new Questions("question", "answer", s.get(Instructions.TEMPLATE)));

  static final DataFormatProvider RESPONSES =
      provider(
              "responses",
              "Dolly's instruction and response, with an optional context",
              "context = template(instruction, context); target = response",
              "Conover et al. 2023, Free Dolly (huggingface.co/datasets/databricks/"
                  + "databricks-dolly-15k)")
          .creates(s -> new Questions("instruction", "response", s.get(Instructions.TEMPLATE)));

  private static ProviderBuilder<DataFormat, DataFormatProvider> provider(
      String id, String summary, String equation, String reference) {
    return DataFormatProvider.of(id, summary, equation)
        .settings(Instructions.TEMPLATE)
        .traits(Traits.of(Onset.FIRST_TASK, Cost.NONE, reference));
  }

  @Override
  public Gives gives() {
    return Gives.ANSWERS;
  }

  @Override
  public List<String> keys() {
    return List.of(question, answer);
  }

  @Override
  public List<String> optionalKeys() {
    return List.of(CONTEXT);
  }

  @Override
  public String example() {
    return "{\""
        + question
        + "\": \"How many are they?\", \"context\": \"Two cats meet three cats.\", \""
        + answer
        + "\": \"Five.\"}";
  }

  @Override
  public TextExample read(DataRecord record) {
    String context = record.optionalText(CONTEXT).orElse("");
    return TextExample.answer(
        template.prompt("", record.text(question), context), record.text(answer));
  }
}
