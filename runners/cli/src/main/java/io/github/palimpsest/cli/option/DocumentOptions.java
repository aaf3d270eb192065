package io.github.palimpsest.cli.option;

import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.llm.format.Choices;
import io.github.palimpsest.llm.format.PromptTemplate;
import io.github.palimpsest.llm.score.ChoiceItem;
import io.github.palimpsest.llm.text.DataFormats;
import io.github.palimpsest.llm.text.DataSource;
import io.github.palimpsest.llm.text.FileSource;
import io.github.palimpsest.llm.text.RowFilter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a file becomes documents. */
public final class DocumentOptions {
  @Option(
      names = "--template",
      defaultValue = "alpaca",
      description = "how instructions become prompts: alpaca or plain; default: ${DEFAULT-VALUE}")
  public PromptTemplate template = PromptTemplate.ALPACA;

  @Option(
      names = "--separator",
      paramLabel = "S",
      defaultValue = "",
      description = "what separates the documents of a plain text")
  String separator = "";

  @Option(
      names = "--filter",
      paramLabel = "SQL",
      description = "only records that a condition holds for, such as \"lang = 'en'\"")
  @Nullable String filter;

  @Option(
      names = "--limit",
      converter = Ranged.Count.class,
      paramLabel = "N",
      description = "at most so many documents")
  int limit;

  public DataSource.Read of(Path file, DataFormats formats, Optional<Value.Call> format) {
    return new DataSource(
            new FileSource(file), formats, format, template, separator, rows(), 0, limit)
        .read();
  }

  public List<ChoiceItem> choices(Path file) {
    return ChoiceItem.read(new FileSource(file), rows(), new Choices(), limit);
  }

  private Optional<RowFilter> rows() {
    return Optional.ofNullable(filter).map(RowFilter::new);
  }
}
