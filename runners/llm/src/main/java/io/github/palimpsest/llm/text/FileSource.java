package io.github.palimpsest.llm.text;

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
    String name = RecordFile.kind(file.toString());
    if (name.endsWith(".json") || name.endsWith(".jsonl") || RecordFile.isTable(name)) {
      return false;
    }
    String first = Utf8Text.firstVisible(file);
    return name.endsWith(".txt") || !(first.equals("[") || first.equals("{"));
  }

  @Override
  public List<Document> texts(String separator, long most) {
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
