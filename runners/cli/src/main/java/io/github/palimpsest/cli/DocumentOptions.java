package io.github.palimpsest.cli;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.llm.text.DataFormat;
import io.github.palimpsest.llm.text.DataSource;
import io.github.palimpsest.llm.text.Document;
import io.github.palimpsest.llm.text.PromptTemplate;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** How a file becomes documents. */
final class DocumentOptions {
  @Option(
      names = "--template",
      defaultValue = "alpaca",
      description = "how instructions become prompts: alpaca or plain; default: ${DEFAULT-VALUE}")
  PromptTemplate template = PromptTemplate.ALPACA;

  @Option(
      names = "--separator",
      paramLabel = "S",
      defaultValue = "",
      description = "what separates the documents of a plain text")
  String separator = "";

  @Option(names = "--limit", paramLabel = "N", description = "at most so many documents")
  int limit;

  /** Refuses what cannot be, before anything is loaded. */
  void check() {
    if (limit < 0) {
      throw new PalimpsestException("--limit=" + limit + " must be at least 0");
    }
  }

  List<Document> of(Path file, DataFormat format) {
    return new DataSource(file, format, template, separator, 0, limit).documents();
  }
}
