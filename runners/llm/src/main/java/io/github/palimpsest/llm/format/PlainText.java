package io.github.palimpsest.llm.format;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.data.DataFormat;
import io.github.palimpsest.api.data.DataFormatProvider;
import io.github.palimpsest.api.data.DataRecord;
import io.github.palimpsest.api.data.TextExample;
import java.util.List;

/** Plain text, cut into documents at a separator. */
record PlainText() implements DataFormat {
  static final DataFormatProvider PROVIDER =
      DataFormatProvider.of(
              "text", "Plain text, cut into documents at a separator", "target = the document")
          .traits(
              Traits.of(
                  Onset.FIRST_TASK,
                  Cost.NONE,
                  "Radford et al. 2019, Language models are unsupervised multitask learners"))
          .creates(s -> new PlainText());

  @Override
  public Source source() {
    return Source.TEXT;
  }

  @Override
  public Gives gives() {
    return Gives.TEXT;
  }

  @Override
  public List<String> keys() {
    return List.of("text");
  }

  @Override
  public String example() {
    return "{\"text\": \"Once upon a time there was a cat.\"}";
  }

  @Override
  public TextExample read(DataRecord record) {
    return TextExample.textAt("text");
  }
}
