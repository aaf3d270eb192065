package com.acme.truefalse;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.data.DataFormat;
import io.github.palimpsest.api.data.DataFormatProvider;
import io.github.palimpsest.api.data.DataRecord;
import io.github.palimpsest.api.data.TextExample;
import java.util.List;

/** Records with a {@code statement} and {@code holds}: 1 if it is true, 0 if it is false. */
record TrueFalse() implements DataFormat {
  static final DataFormatProvider PROVIDER =
      DataFormatProvider.of(
              "acme.true-false",
              "A statement that is true or false",
              "context = statement; choices = true, false")
          .traits(
              Traits.of(
                  Onset.FIRST_TASK, Cost.NONE, "Clark et al. 2019, BoolQ (arXiv:1905.10044)"))
          .creates(s -> new TrueFalse());

  @Override
  public DataFormat.Gives gives() {
    return DataFormat.Gives.CHOICES;
  }

  @Override
  public List<String> keys() {
    return List.of("statement", "holds");
  }

  @Override
  public String example() {
    return "{\"statement\": \"Whales are fish.\", \"holds\": 0}";
  }

  @Override
  public TextExample read(DataRecord record) {
    int right = record.integer("holds", 0, 1) == 1 ? 0 : 1;
    return TextExample.choice(record.text("statement"), List.of("true", "false"), right);
  }
}
