package io.github.palimpsest.llm.format;

import io.github.palimpsest.api.data.DataFormat;

/** A format of conversations, which a model's chat template can write. */
public interface ChatFormat extends DataFormat {
  /** The settings for the template, as those of the format {@code chat}. */
  Chat chat();

  /** A copy that writes conversations with a model's template. */
  DataFormat with(ChatRenderer template);
}
