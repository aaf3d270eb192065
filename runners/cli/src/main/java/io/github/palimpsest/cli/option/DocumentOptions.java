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

/** How a file is read into documents. */
public final class DocumentOptions {
  @Option(
      names = "--template",
      defaultValue = "alpaca",
      description = "template for instructions: alpaca or plain; default: ${DEFAULT-VALUE}")
  public PromptTemplate template = PromptTemplate.ALPACA;

  @Option(
      names = "--separator",
      paramLabel = "S",
      defaultValue = "",
      description = "separator between the documents of a plain text")
  String separator = "";

  @Option(
      names = "--filter",
      paramLabel = "SQL",
      description = "only records that meet a condition, for example \"lang = 'en'\"")
  @Nullable String filter;

  @Option(
      names = "--limit",
      converter = Ranged.Count.class,
      paramLabel = "N",
      description = "at most this number of documents")
  int limit;

  public DataSource.Read of(Path file, DataFormats formats, Optional<Value.Call> format) {
    return new DataSource(
            new FileSource(file), formats, format, template, separator, rows(), 0, limit)
        .read();
  }

  /** Reads held-out documents: as {@link #of}, but all of them. */
  public DataSource.Read heldOut(Path file, DataFormats formats, Optional<Value.Call> format) {
    return new DataSource(new FileSource(file), formats, format, template, separator, rows(), 0, 0)
        .read();
  }

  public List<ChoiceItem> choices(Path file) {
    return ChoiceItem.read(new FileSource(file), rows(), new Choices(), limit);
  }

  private Optional<RowFilter> rows() {
    return Optional.ofNullable(filter).map(RowFilter::new);
  }
}
