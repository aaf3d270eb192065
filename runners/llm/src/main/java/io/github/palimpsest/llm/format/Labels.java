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
 * Records with a text and the name of its class, as in GLUE's SST-2 and in O-LoRA's data. A
 * classifier learns the class; a language model learns its name as the answer to the text.
 *
 * <p>Both keys are needed. Records are recognised by the key of the text alone, since records of
 * other formats have a label too.
 *
 * @param textKey the key of the text
 * @param labelKey the key of the name of its class
 */
record Labels(String textKey, String labelKey) implements DataFormat {
  static final Setting<String> TEXT = Setting.text("text", "sentence", "the key of the text");
  static final Setting<String> LABEL =
      Setting.text("label", "label", "the key of the name of its class");

  static final DataFormatProvider PROVIDER =
      DataFormatProvider.of(
              "labels", "A text and the name of its class", "context = sentence; target = label")
          .settings(TEXT, LABEL)
          .traits(
              Traits.of(
                  Onset.FIRST_TASK,
                  Cost.NONE,
                  "Wang et al. 2018, GLUE (arXiv:1804.07461)",
                  "Wang et al. 2023, Orthogonal subspace learning for language model continual"
                      + " learning (arXiv:2310.14152)"))
          .creates(s -> new Labels(s.get(TEXT), s.get(LABEL)));

  @Override
  public Gives gives() {
    return Gives.ANSWERS;
  }

  @Override
  public List<String> keys() {
    return List.of(textKey);
  }

  @Override
  public List<String> optionalKeys() {
    return List.of(labelKey);
  }

  @Override
  public String example() {
    return "{\"" + textKey + "\": \"a quiet, moving film\", \"" + labelKey + "\": \"good\"}";
  }

  @Override
  public TextExample read(DataRecord record) {
    return TextExample.answer(record.text(textKey), record.text(labelKey));
  }
}
