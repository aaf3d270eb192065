package io.github.palimpsest.cli.option;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.DataCounts;
import io.github.palimpsest.api.data.DataFormat;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.llm.format.Choices;
import io.github.palimpsest.llm.format.PromptTemplate;
import io.github.palimpsest.llm.hub.HubCache;
import io.github.palimpsest.llm.layout.Columns;
import io.github.palimpsest.llm.layout.Layout;
import io.github.palimpsest.llm.layout.OnBadRecord;
import io.github.palimpsest.llm.score.ChoiceItem;
import io.github.palimpsest.llm.text.DataFormats;
import io.github.palimpsest.llm.text.DataSource;
import io.github.palimpsest.llm.text.FileSource;
import io.github.palimpsest.llm.text.RecordSource;
import io.github.palimpsest.llm.text.RowFilter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How a file is read into documents. */
public final class DocumentOptions {
  private static final String AUTO = "auto";

  @Option(
      names = "--format",
      paramLabel = "NAME",
      defaultValue = AUTO,
      description =
          "auto, or the name of a format, as 'list --kind format' has it; default:"
              + " ${DEFAULT-VALUE}")
  String format = AUTO;

  @Option(
      names = "--template",
      paramLabel = "NAME",
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

  @Option(
      names = "--columns",
      converter = ColumnsText.class,
      paramLabel = "KEY=COLUMN,...",
      description =
          "columns that stand for keys of the format, for example prompt=question,response=answer")
  Columns columns = Columns.SAME;

  @Option(
      names = "--on-bad-record",
      defaultValue = "fail",
      paramLabel = "WHAT",
      description =
          "fail, or skip: leave out records that cannot be read, and count them; default:"
              + " ${DEFAULT-VALUE}")
  OnBadRecord onBadRecord = OnBadRecord.FAIL;

  /** Columns as text. */
  static final class ColumnsText implements ITypeConverter<Columns> {
    @Override
    public Columns convert(String text) {
      try {
        return Columns.parse(text);
      } catch (PalimpsestException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** Whether a format is named. */
  public boolean statesFormat() {
    return !format.equals(AUTO);
  }

  /**
   * The format that is named.
   *
   * @throws PalimpsestException if there is none of that name, or it gives no documents
   */
  public Optional<Value.Call> stated(DataFormats formats) {
    if (!statesFormat()) {
      return Optional.empty();
    }
    RecipeText text = RecipeText.parse(format);
    if (text.sum().size() != 1 || !text.pipe().isEmpty()) {
      throw new PalimpsestException("--format must name one format, not '" + format + "'");
    }
    Value.Call call = text.sum().get(0);
    if (formats.component(call, template).create().gives() == DataFormat.Gives.CHOICES) {
      throw new PalimpsestException(
          "--format="
              + format
              + ": its questions with choices are no documents; 'score --choices' scores them, and"
              + " 'run' trains on them");
    }
    return Optional.of(call);
  }

  public DataSource.Read of(Path file, DataFormats formats, Optional<Value.Call> format) {
    return of(new FileSource(HubCache.data(file)), formats, format);
  }

  /** Reads a source. */
  public DataSource.Read of(RecordSource source, DataFormats formats, Optional<Value.Call> format) {
    return source(source, formats, format, limit).read();
  }

  /** A separator is for the plain texts among the files. */
  private DataSource source(
      RecordSource source, DataFormats formats, Optional<Value.Call> format, int most) {
    String cut = source.looksLikeText() || format.isPresent() ? separator : "";
    Layout layout = new Layout(columns, onBadRecord);
    return new DataSource(source, formats, format, template, cut, rows(), 0, most, layout);
  }

  /**
   * Refuses a separator if there is nothing to separate.
   *
   * @param sources all that are read
   */
  public void requireText(List<RecordSource> sources, Optional<Value.Call> format) {
    if (!separator.isEmpty()
        && format.isEmpty()
        && sources.stream().noneMatch(RecordSource::looksLikeText)) {
      throw new PalimpsestException(
          "--separator: "
              + sources.get(0)
              + " has records; a separator is between documents of a plain text");
    }
  }

  /** Reads held-out documents: as {@link #of}, but all of them. */
  public DataSource.Read heldOut(Path file, DataFormats formats, Optional<Value.Call> format) {
    return source(new FileSource(HubCache.data(file)), formats, format, 0).read();
  }

  public ChoiceItem.Read choices(Path file) {
    return ChoiceItem.read(
        new FileSource(HubCache.data(file)),
        rows(),
        "choices",
        new Choices(),
        limit,
        new Layout(columns, onBadRecord));
  }

  /**
   * What to tell of a plain text that is one document: only its beginning is trained on, or a
   * separator that does not occur in it.
   *
   * @param length the maximum number of tokens of an example
   */
  public Optional<String> note(
      RecordSource source, DataSource.Read read, DataCounts counts, int length) {
    if (!source.looksLikeText()
        || read.documents().size() > Math.max(1, read.notes().files().size())) {
      return Optional.empty();
    }
    if (!separator.isEmpty()) {
      return Optional.of("palimpsest: the separator does not occur: a plain text is one document");
    }
    return counts.cut() == 0
        ? Optional.empty()
        : Optional.of(
            "palimpsest: a plain text is one document, of which only "
                + length
                + " tokens are used; --separator cuts it into documents");
  }

  private Optional<RowFilter> rows() {
    return Optional.ofNullable(filter).map(RowFilter::new);
  }
}
