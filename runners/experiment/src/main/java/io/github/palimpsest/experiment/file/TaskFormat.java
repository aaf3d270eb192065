package io.github.palimpsest.experiment.file;

import io.github.palimpsest.llm.text.DataFormat;
import java.util.Optional;

/** The format of a data file. The words are those of the experiment file. */
public enum TaskFormat {
  /** One of the others, found from the file's name and its first record. */
  AUTO("auto"),
  /** JSON or JSONL with {@code instruction}, {@code input}, {@code output}. */
  INSTRUCTIONS("instructions"),
  /** JSON or JSONL with {@code prompt}, {@code response}. */
  PROMPTS("prompts"),
  /** JSON or JSONL with {@code messages}, each {@code role}, {@code content}. */
  CHAT("chat"),
  /** Plain text, cut into documents at a separator. */
  TEXT("text"),
  /** JSON or JSONL with {@code query}, {@code choices}, {@code gold}. */
  CHOICES("choices");

  private final String word;

  TaskFormat(String word) {
    this.word = word;
  }

  /** The reader of this format; empty for {@link #CHOICES}, whose records are no documents. */
  public Optional<DataFormat> reader() {
    return switch (this) {
      case AUTO -> Optional.of(DataFormat.SNIFFED);
      case INSTRUCTIONS -> Optional.of(DataFormat.INSTRUCTIONS);
      case PROMPTS -> Optional.of(DataFormat.PROMPT_RESPONSE);
      case CHAT -> Optional.of(DataFormat.CHAT);
      case TEXT -> Optional.of(DataFormat.TEXT);
      case CHOICES -> Optional.empty();
    };
  }

  @Override
  public String toString() {
    return word;
  }
}
