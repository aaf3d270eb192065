package io.github.palimpsest.llm.format;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.data.DataFormat;
import io.github.palimpsest.api.data.DataFormatProvider;
import io.github.palimpsest.api.data.DataRecord;
import io.github.palimpsest.api.data.TextExample;
import java.util.List;

/**
 * Records with {@code instruction} and {@code output}. The keys {@code input}, {@code system} and
 * {@code history} are optional. The history has pairs of earlier instructions and responses; each
 * earlier response is a target like the last one.
 *
 * @param template makes a prompt from an instruction
 */
record Instructions(PromptTemplate template) implements DataFormat {
  static final Setting<PromptTemplate> TEMPLATE =
      Setting.choice(
          "template",
          PromptTemplate.class,
          PromptTemplate.ALPACA,
          "how an instruction becomes a prompt");

  static final DataFormatProvider PROVIDER =
      DataFormatProvider.of(
              "instructions",
              "Alpaca's instruction, input and output, with a system text and earlier turns",
              "context = template(system, instruction, input); target = output")
          .settings(TEMPLATE)
          .traits(
              Traits.of(
                  Onset.FIRST_TASK,
                  Cost.NONE,
                  "Taori et al. 2023, Stanford Alpaca (github.com/tatsu-lab/stanford_alpaca)"))
          .creates(s -> new Instructions(s.get(TEMPLATE)));

  @Override
  public Gives gives() {
    return Gives.ANSWERS;
  }

  @Override
  public List<String> keys() {
    return List.of("instruction", "output");
  }

  @Override
  public List<String> optionalKeys() {
    return List.of("input", "system", "history");
  }

  @Override
  public String example() {
    return "{\"system\": \"Be brief.\", \"history\": [[\"Say one.\", \"One.\"]],"
        + " \"instruction\": \"Add.\", \"input\": \"2 3\", \"output\": \"5\"}";
  }

  @Override
  public TextExample read(DataRecord record) {
    String instruction = record.text("instruction");
    String input = record.optionalText("input").orElse("");
    String system = record.optionalText("system").orElse("");
    TextExample.Turns turns = TextExample.turns();
    boolean first = true;
    for (List<String> pair : history(record)) {
      turns
          .context(
              first ? template.prompt(system, pair.get(0), "") : template.next(pair.get(0), ""))
          .target(pair.get(1));
      first = false;
    }
    return turns
        .context(
            first ? template.prompt(system, instruction, input) : template.next(instruction, input))
        .last(record.text("output"));
  }

  private static List<List<String>> history(DataRecord record) {
    if (!record.has("history")) {
      return List.of();
    }
    List<List<String>> pairs = record.textLists("history");
    for (int i = 0; i < pairs.size(); i++) {
      if (pairs.get(i).size() != 2) {
        throw record.problem(
            "turn "
                + (i + 1)
                + " of 'history' must be an array of two texts, instruction and response, not an"
                + " array of "
                + pairs.get(i).size());
      }
    }
    return pairs;
  }
}
