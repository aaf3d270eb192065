package io.github.palimpsest.llm.text;

import io.github.palimpsest.api.PalimpsestException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A data file.
 *
 * @param file a file of records (see {@link RecordFile}) or a text in UTF-8, {@code .gz} or not
 */
public record FileSource(Path file) implements RecordSource {
  @Override
  public boolean looksLikeText() {
    if (hasRecordsByName(file)) {
      return false;
    }
    String first = Utf8Text.firstVisible(file);
    return name().endsWith(".txt") || !(first.equals("[") || first.equals("{"));
  }

  /** Whether a file's name says that it holds records: JSON, JSONL or a table. */
  public static boolean hasRecordsByName(Path file) {
    String name = RecordFile.kind(file.toString());
    return name.endsWith(".json") || name.endsWith(".jsonl") || RecordFile.isTable(name);
  }

  private String name() {
    return RecordFile.kind(file.toString());
  }

  @Override
  public List<Document> texts(String separator, long most) {
    if (hasRecordsByName(file)) {
      throw new PalimpsestException(
          file
              + ": format 'text' takes a plain text, but this name is that of a file of records;"
              + " the format 'text-records' reads the text of each");
    }
    return TextIndex.read(file, separator, most);
  }

  @Override
  public List<JsonRecord> records(Optional<RowFilter> filter, long most) {
    return new RecordFile(file, filter).records(most);
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
