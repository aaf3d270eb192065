package io.github.palimpsest.llm.format;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.data.DataFormatProvider;
import java.util.List;

/** Offers the data formats that come with the framework. */
public final class FormatsPlugin implements Plugin {
  /** The data formats that come with the framework, by name. */
  public static final List<DataFormatProvider> ALL =
      List.of(
          Chat.PROVIDER,
          Choices.PROVIDER,
          Prompts.COMPLETIONS,
          Instructions.PROVIDER,
          Prompts.PROVIDER,
          Questions.PROVIDER,
          Questions.RESPONSES,
          ShareGpt.PROVIDER,
          Texts.PLAIN,
          Texts.RECORDS);

  @Override
  public String name() {
    return "palimpsest-formats";
  }

  @Override
  public List<DataFormatProvider> formats() {
    return ALL;
  }
}
