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
 * Texts to learn as they are.
 *
 * @param source a plain text that is cut into documents, or records with {@code text}
 */
record Texts(Source source) implements DataFormat {
  static final DataFormatProvider PLAIN =
      provider("text", "Plain text, cut into documents at a separator", "target = the document")
          .creates(s -> new Texts(Source.TEXT));

  static final DataFormatProvider RECORDS =
      provider("text-records", "A text in each record of JSON or a table", "target = text")
          .creates(s -> new Texts(Source.RECORDS));

  private static ProviderBuilder<DataFormat, DataFormatProvider> provider(
      String id, String summary, String equation) {
    return DataFormatProvider.of(id, summary, equation)
        .traits(
            Traits.of(
                Onset.FIRST_TASK,
                Cost.NONE,
                "Radford et al. 2019, Language models are unsupervised multitask learners"));
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
    return source == Source.TEXT
        ? TextExample.textAt("text")
        : TextExample.text(record.text("text").strip());
  }
}
